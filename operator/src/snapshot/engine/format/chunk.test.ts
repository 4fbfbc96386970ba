import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { anyIndex, anyLayer } from "../testing/entries.ts";
import { MalformedError } from "./byte-reader.ts";
import { decodeChunk, encodeChunk } from "./chunk.ts";
import { INDEX_ENTRIES, LAYER_ENTRIES } from "./entry-codec.ts";

describe("chunk", () => {
  it("gives back the entries of a layer", () => {
    fc.assert(
      fc.property(anyLayer, (entries) => {
        const bytes = encodeChunk({ kind: "delta", entries }, LAYER_ENTRIES);
        expect(decodeChunk(bytes, "delta", LAYER_ENTRIES).entries).toEqual(entries.map(plain));
      }),
    );
  });

  it("gives back the entries of an index", () => {
    fc.assert(
      fc.property(anyIndex, (entries) => {
        const bytes = encodeChunk({ kind: "index", entries }, INDEX_ENTRIES);
        expect(decodeChunk(bytes, "index", INDEX_ENTRIES).entries).toEqual(entries.map(plain));
      }),
    );
  });

  it("takes no other bytes for the same entries, and refuses hostile ones", () => {
    const damage = fc.tuple(anyLayer, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat());
    fc.assert(
      fc.property(damage, ([entries, at, flip, cut]) => {
        const bytes = encodeChunk({ kind: "base", entries }, LAYER_ENTRIES);
        const hostile = Buffer.from(bytes.subarray(0, bytes.length - (cut % 3)));
        const index = at % hostile.length;
        hostile[index] = (hostile[index] ?? 0) ^ flip;
        try {
          const { entries: others } = decodeChunk(hostile, "base", LAYER_ENTRIES);
          const again = encodeChunk({ kind: "base", entries: others }, LAYER_ENTRIES);
          expect(Buffer.from(again).equals(hostile)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
    );
  });
});

/** Comparable whatever kind of array the bytes are in. */
function plain(entry: object): object {
  const bytes = (value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value) : value;
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, bytes(value)]));
}
