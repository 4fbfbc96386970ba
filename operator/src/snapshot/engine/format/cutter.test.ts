import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createCutter } from "./cutter.ts";

interface Sized {
  readonly key: Uint8Array;
  readonly bytes: number;
}

const CUTTING = { minBytes: 100, maxBytes: 1_000, oneKeyIn: 4 };

function chunksOf(entries: readonly Sized[]): readonly (readonly Sized[])[] {
  const cutter = createCutter<Sized>(({ bytes }) => bytes, CUTTING);
  const chunks = entries.flatMap((entry) => {
    const chunk = cutter.push(entry);
    return chunk === undefined ? [] : [chunk];
  });
  const rest = cutter.rest();
  return rest.length === 0 ? chunks : [...chunks, rest];
}

const sized = (key: string, bytes: number): Sized => ({ key: Buffer.from(key), bytes });
const many = (count: number): readonly Sized[] =>
  Array.from({ length: count }, (_, at) =>
    sized(`/registry/pods/${String(at).padStart(5, "0")}`, 40),
  );

describe("createCutter", () => {
  it("keeps all entries in their order, in chunks of bounded size", () => {
    const entry = fc.tuple(fc.string(), fc.integer({ min: 1, max: 1_500 }));
    fc.assert(
      fc.property(fc.array(entry), (list) => {
        const entries = list.map(([key, bytes]) => sized(key, bytes));
        const chunks = chunksOf(entries);
        expect(chunks.flat()).toEqual(entries);
        for (const chunk of chunks) {
          const total = chunk.reduce((sum, { bytes }) => sum + bytes, 0);
          expect(total <= CUTTING.maxBytes || chunk.length === 1).toBe(true);
        }
      }),
    );
  });

  it("moves no boundary but its own when a key goes", () => {
    const all = many(2_000);
    const without = all.filter((_, at) => at !== 1_000);
    const ends = (entries: readonly Sized[]): Set<string> =>
      new Set(chunksOf(entries).map((chunk) => String(chunk.at(-1)?.key)));
    const before = ends(all);
    const moved = [...ends(without)].filter((end) => !before.has(end));
    expect(before.size).toBeGreaterThan(100);
    expect(moved.length).toBeLessThan(10);
  });

  it("starts a chunk with a resource if the one before is large enough", () => {
    const entries = [
      sized("/registry/a/1", 60),
      sized("/registry/a/2", 60),
      sized("/registry/b/1", 60),
    ];
    const starts = chunksOf(entries).map((chunk) => String(chunk[0]?.key));
    expect(starts).toContain("/registry/b/1");
  });
});
