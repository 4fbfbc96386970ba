import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "./json.ts";
import { coalesceValues, mergeValues } from "./merge.ts";

const anyObject = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
  .map((value) => value as JsonObject);

describe("mergeValues", () => {
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ["keeps what only one has", { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ["merges objects deeply", { a: { b: 1, c: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
    ["replaces arrays", { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ["replaces an object by a scalar", { a: { b: 1 } }, { a: 1 }, { a: 1 }],
    ["replaces a deletion by an object", { a: null }, { a: { b: 1 } }, { a: { b: 1 } }],
    ["keeps a deletion for Helm", { a: { b: 1 } }, { a: { b: null } }, { a: { b: null } }],
  ])("%s", (_what, base, over, merged) => {
    expect(mergeValues(base, over)).toEqual(merged);
  });

  it("lets every value of the second win and changes neither input", () => {
    fc.assert(
      fc.property(anyObject, anyObject, (base, over) => {
        const before = JSON.stringify([base, over]);
        const merged = mergeValues(base, over);
        expect(JSON.stringify([base, over])).toBe(before);
        expect(mergeValues(merged, over)).toEqual(merged);
        for (const [key, value] of Object.entries(over)) {
          if (typeof value !== "object" || value === null) {
            expect(Object.getOwnPropertyDescriptor(merged, key)?.value).toEqual(value);
          }
        }
      }),
    );
  });

  it("has the empty object as its neutral element and is associative", () => {
    fc.assert(
      fc.property(anyObject, anyObject, anyObject, (a, b, c) => {
        expect(mergeValues(a, {})).toEqual(a);
        expect(mergeValues({}, a)).toEqual(a);
        const scalarsAway = [a, b, c].every((value) => !hasClash(value));
        if (scalarsAway) {
          expect(mergeValues(mergeValues(a, b), c)).toEqual(mergeValues(a, mergeValues(b, c)));
        }
      }),
    );
  });

  it("treats __proto__ as data", () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":true}}') as JsonObject;
    const merged = mergeValues({ a: 1 }, hostile);
    expect(Object.keys(merged)).toEqual(["a", "__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

// Replacing an object by a scalar in between is the one case in which grouping matters, as in Helm.
function hasClash(value: JsonObject): boolean {
  return Object.values(value).some((member) => typeof member === "object");
}

describe("coalesceValues", () => {
  it("deletes a default where the values say null", () => {
    const defaults = { quota: { pods: 20, cpu: 10 }, other: 1 };
    expect(coalesceValues(defaults, { quota: { cpu: null } })).toEqual({
      quota: { pods: 20 },
      other: 1,
    });
  });

  it("leaves no null outside arrays", () => {
    const hasNull = (value: JsonValue): boolean =>
      value === null ||
      (typeof value === "object" && !Array.isArray(value) && Object.values(value).some(hasNull));
    fc.assert(
      fc.property(anyObject, anyObject, (defaults, values) => {
        expect(hasNull(coalesceValues(defaults, values))).toBe(false);
      }),
    );
  });
});
