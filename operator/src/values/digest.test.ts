import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { canonicalJson, digestValues } from "./digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

const anyObject = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => reversed(item as JsonValue));
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, reversed(member)] as const);
  return Object.fromEntries(members.reverse());
}

describe("digestValues", () => {
  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(anyObject, (values) => {
        expect(digestValues(reversed(values) as JsonObject)).toBe(digestValues(values));
      }),
    );
  });

  it("tells different values apart", () => {
    fc.assert(
      fc.property(anyObject, anyObject, (a, b) => {
        expect(digestValues(a) === digestValues(b)).toBe(canonicalJson(a) === canonicalJson(b));
      }),
    );
    expect(digestValues({ a: 1 })).not.toBe(digestValues({ a: "1" }));
    expect(digestValues({ a: [1, 2] })).not.toBe(digestValues({ a: [2, 1] }));
  });

  it("fits into a label value and never changes", () => {
    expect(digestValues({})).toBe("44136fa355b3678a1146ad16f7e8649e94fb4fc2");
    expect(digestValues({ b: 1, a: { d: null, c: [true] } })).toBe(
      digestValues({ a: { c: [true], d: null }, b: 1 }),
    );
  });

  it("writes JSON that reads back", () => {
    fc.assert(
      fc.property(anyObject, (values) => {
        expect(JSON.parse(canonicalJson(values))).toEqual(values);
      }),
    );
  });
});
