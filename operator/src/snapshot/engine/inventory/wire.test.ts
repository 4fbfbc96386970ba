import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { message } from "../testing/stored-values.ts";
import { editFields, fieldsOf } from "./wire.ts";

const someMessage = fc
  .dictionary(fc.integer({ min: 1, max: 2_000 }).map(String), fc.uint8Array())
  .map(message);

describe("editFields", () => {
  it("keeps every byte of fields that are not edited", () => {
    fc.assert(
      fc.property(someMessage, (bytes) => {
        expect(Buffer.from(editFields(bytes, {})).equals(bytes)).toBe(true);
      }),
    );
  });

  it("drops and replaces fields, and leaves the others in their places", () => {
    const edited = editFields(message({ 1: "a", 2: "b", 3: "c" }), {
      2: () => Buffer.from("longer"),
      3: () => undefined,
    });
    expect(Buffer.from(edited).equals(message({ 1: "a", 2: "longer" }))).toBe(true);
  });

  it("keeps numbers", () => {
    const varint = Buffer.from([0x08, 0x96, 0x01]);
    expect(Buffer.from(editFields(varint, { 1: () => undefined })).equals(varint)).toBe(true);
  });
});

describe("fieldsOf", () => {
  it("throws on a field that is longer than the message", () => {
    expect(() => [...fieldsOf(Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x7f, 1]))]).toThrow();
  });
});
