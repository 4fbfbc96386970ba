import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { createRootHash, valueHashOf } from "./root-hash.ts";

describe("createRootHash", () => {
  it("is SHA-256 over length, key and half of the value's SHA-256", () => {
    const root = createRootHash();
    const expected = createHash("sha256");
    const many = Array.from({ length: 1_000 }, (_, at) => `/registry/pods/${String(at)}`);
    for (const key of ["/a", ...many, "/long".repeat(10_000), "/z"]) {
      const value = `value of ${key}`;
      root.add(Buffer.from(key), valueHashOf(Buffer.from(value)));
      expected.update(lengthOf(key)).update(key);
      expected.update(createHash("sha256").update(value).digest().subarray(0, 16));
    }
    expect(root.digest()).toBe(`sha256:${expected.digest("hex")}`);
  });
});

/** Seven bits a byte, lowest first. */
function lengthOf({ length }: string): Buffer {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 0x80; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
