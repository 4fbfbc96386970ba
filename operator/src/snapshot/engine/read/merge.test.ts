import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { mergeLayers } from "./merge.ts";

interface Word {
  readonly key: Uint8Array;
  readonly says: string;
}

async function* batchesOf(words: readonly Word[], size: number): AsyncGenerator<readonly Word[]> {
  for (let at = 0; at < words.length; at += size) {
    yield await Promise.resolve(words.slice(at, at + size));
  }
}

describe("mergeLayers", () => {
  it("gives what a map would hold that all layers were written into, lowest first", async () => {
    const keys = fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 4 }));
    const layers = fc.array(fc.tuple(keys, fc.integer({ min: 1, max: 4 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(layers, async (drawn) => {
        const expected = new Map<string, string>();
        const sources = drawn.map(([keys, size], layer) => {
          for (const key of keys) expected.set(key, `${key} of ${layer}`);
          const words = keys
            .toSorted()
            .map((key) => ({ key: Buffer.from(key), says: `${key} of ${layer}` }));
          return batchesOf(words, size);
        });
        const merged: string[] = [];
        for await (const batch of mergeLayers(sources))
          merged.push(...batch.map(({ says }) => says));
        const sorted = [...expected].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(merged).toEqual(sorted.map(([, says]) => says));
      }),
    );
  });

  it("closes its layers when it is left early", async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<readonly Word[]> {
      try {
        for (let at = 0; ; at += 1) {
          yield await Promise.resolve([{ key: Buffer.from([at]), says: "" }]);
        }
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of mergeLayers([endless()])) break;
    expect(isClosed).toBe(true);
  });
});
