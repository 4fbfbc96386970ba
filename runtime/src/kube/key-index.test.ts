import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createKeyIndex } from "./key-index.ts";

const LETTER = fc.constantFrom("a", "b", "c");
const STEP = fc.record({ isRemoval: fc.boolean(), value: LETTER, key: LETTER });

describe("a key index", () => {
  it("finds what a set for each value would find", () => {
    fc.assert(
      fc.property(fc.array(STEP), (steps) => {
        const index = createKeyIndex();
        const model = new Set<string>();
        for (const { isRemoval, value, key } of steps) {
          if (isRemoval) index.remove(value, key);
          else index.add(value, key);
          if (isRemoval) model.delete(value + key);
          else model.add(value + key);
        }
        for (const value of "abc") {
          const wanted = [...model].filter((pair) => pair.startsWith(value));
          const found = [...index.keys(value)].map((key) => value + key);
          expect(found.toSorted()).toEqual(wanted.toSorted());
        }
      }),
    );
  });
});
