import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { sharedText, shareTexts } from "./shared-text.ts";

describe("shared texts", () => {
  it("are the same texts", () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.nat().map(String));
    fc.assert(
      fc.property(text, (any) => {
        expect(sharedText(any)).toBe(any);
      }),
    );
    for (const odd of ["", "__proto__", "constructor", "-0", "4294967295", "01"]) {
      expect(sharedText(odd)).toBe(odd);
    }
  });

  it("leave a tree as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ value });
        expect(JSON.stringify(shareTexts(JSON.parse(text) as object))).toBe(text);
      }),
    );
  });

  it("keep a property of any name from becoming something else", () => {
    const tree = JSON.parse('{"__proto__":{"a":"b"}}') as object;
    expect(JSON.stringify(shareTexts(tree))).toBe('{"__proto__":{"a":"b"}}');
    expect(Object.getPrototypeOf(tree)).toBe(Object.prototype);
  });

  it("do not touch what is frozen", () => {
    const frozen = Object.freeze({ text: "as it is" });
    expect(shareTexts({ frozen })).toEqual({ frozen });
  });
});
