import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { mergeSides, type Pair } from "./merge-sides.ts";

interface Side {
  readonly key: Uint8Array;
  readonly side: string;
}

const sortedKeys = fc
  .uniqueArray(fc.uint8Array({ maxLength: 3 }), {
    selector: (key) => Buffer.from(key).toString("hex"),
  })
  .map((keys) => keys.sort((a, b) => Buffer.compare(a, b)));

async function* records(keys: readonly Uint8Array[]): AsyncGenerator<Side> {
  for (const key of keys) yield await Promise.resolve({ key, side: "wanted" });
}

async function* pages(keys: readonly Uint8Array[], size: number): AsyncGenerator<readonly Side[]> {
  for (let at = 0; at < keys.length; at += size) {
    yield await Promise.resolve(keys.slice(at, at + size).map((key) => ({ key, side: "live" })));
  }
}

describe("mergeSides", () => {
  it("gives every key of both sides once and in order, with all that is known of it", async () => {
    const size = fc.integer({ min: 1, max: 4 });
    await fc.assert(
      fc.asyncProperty(sortedKeys, sortedKeys, size, async (wanted, live, pageSize) => {
        const found: Pair<Side, Side>[] = [];
        for await (const pair of mergeSides(records(wanted), pages(live, pageSize)))
          found.push(pair);
        const hex = (key: Uint8Array): string => Buffer.from(key).toString("hex");
        const has = (keys: readonly Uint8Array[]): Set<string> => new Set(keys.map(hex));
        const [inWanted, inLive] = [has(wanted), has(live)];
        const all = [...new Set([...inWanted, ...inLive])].sort();
        expect(
          found.map((pair) => [
            hex((pair.wanted ?? pair.live).key),
            pair.wanted !== undefined,
            pair.live !== undefined,
          ]),
        ).toEqual(all.map((key) => [key, inWanted.has(key), inLive.has(key)]));
      }),
    );
  });

  it("lets go of the records when nobody reads on", async () => {
    let isReleased = false;
    async function* endless(): AsyncGenerator<Side> {
      try {
        for (;;) yield await Promise.resolve({ key: Buffer.from("a"), side: "wanted" });
      } finally {
        isReleased = true;
      }
    }
    for await (const _ of mergeSides(endless(), pages([Buffer.from("b")], 1))) break;
    expect(isReleased).toBe(true);
  });
});
