import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { createRootHash, valueHashOf } from "./root-hash.ts";

describe("createRootHash", () => {
  it("is SHA-256 over length, key and half of the value's SHA-256", () => {
    const root = createRootHash();
    const expected = createHash("sha256");
    for (const [key, value] of [
      ["/a", "1"],
      ["/b", "2"],
    ] as const) {
      root.add(Buffer.from(key), valueHashOf(Buffer.from(value)));
      expected.update(Buffer.from([key.length])).update(key);
      expected.update(createHash("sha256").update(value).digest().subarray(0, 16));
    }
    expect(root.digest()).toBe(`sha256:${expected.digest("hex")}`);
  });
});
