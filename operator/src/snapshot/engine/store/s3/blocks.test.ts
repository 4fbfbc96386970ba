import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { blocksOf } from "./blocks.ts";

describe("blocksOf", () => {
  it("keeps the bytes and their order, in full blocks but for the last", async () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 40 }), async (given, blockBytes) => {
        const blocks = await collect(blocksOf(reusingOneBuffer(given), blockBytes));
        expect(Buffer.concat(blocks)).toEqual(Buffer.concat(given));
        for (const block of blocks.slice(0, -1)) expect(block).toHaveLength(blockBytes);
        const last = blocks.at(-1)?.byteLength ?? 1;
        expect(last).toBeGreaterThan(0);
        expect(last).toBeLessThanOrEqual(blockBytes);
      }),
    );
  });
});

/** A source that overwrites what it gave, as readers with a buffer of their own do. */
async function* reusingOneBuffer(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(64);
  for (const part of parts) {
    buffer.set(part);
    yield await Promise.resolve(buffer.subarray(0, part.byteLength));
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
