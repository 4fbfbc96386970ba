import { randomBytes } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { drawKey, keyRingOf } from "../crypto/key-ring.ts";
import { MalformedError } from "./byte-reader.ts";
import { seal, unseal } from "./envelope.ts";

const keys = keyRingOf(drawKey(), drawKey(), [drawKey()]);
const plaintext = Buffer.concat([Buffer.alloc(300, "snapshot "), randomBytes(50)]);

describe.each([
  { name: "encrypted", keys },
  { name: "clear", keys: undefined },
])("an envelope, $name", ({ keys }) => {
  it.each([plaintext, randomBytes(1_000), Buffer.alloc(0)])("opens again", async (bytes) => {
    const sealed = await seal(bytes, "chunk", keys?.current);
    expect(Buffer.from(await unseal(sealed, "chunk", keys))).toEqual(bytes);
  });

  it("finds every changed byte and every missing end", async () => {
    const sealed = await seal(plaintext, "chunk", keys?.current);
    for (let at = 0; at < sealed.length; at += 1) {
      const flipped = Buffer.from(sealed);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      await expect(unseal(flipped, "chunk", keys)).rejects.toThrow(MalformedError);
      await expect(unseal(sealed.subarray(0, at), "chunk", keys)).rejects.toThrow(MalformedError);
    }
  });

  it("does not open under another name", async () => {
    const sealed = await seal(plaintext, "chunk", keys?.current);
    await expect(unseal(sealed, "other", keys)).rejects.toThrow(MalformedError);
  });
});

describe("an encrypted envelope", () => {
  it("opens with the keys that encrypted before, and not without them", async () => {
    const [old = drawKey()] = keys.deks.values();
    const sealed = await seal(plaintext, "chunk", old);
    expect(Buffer.from(await unseal(sealed, "chunk", keys))).toEqual(plaintext);
    const others = keyRingOf(drawKey(), drawKey());
    await expect(unseal(sealed, "chunk", others)).rejects.toThrow(/does not hold/);
    await expect(unseal(sealed, "chunk", undefined)).rejects.toThrow(/not encrypted as/);
  });

  it("does not tell its content", async () => {
    const sealed = await seal(plaintext, "chunk", keys.current);
    expect(Buffer.from(sealed).includes("snapshot")).toBe(false);
  });
});
