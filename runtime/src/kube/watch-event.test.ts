import { describe, expect, it } from "@jest/globals";
import { parseWatchEvent } from "./watch-event.ts";

const call = { verb: "watch", resource: "widgets" };

function parse(value: unknown) {
  return parseWatchEvent(call, typeof value === "string" ? value : JSON.stringify(value), 0);
}

describe("parseWatchEvent", () => {
  it("reads objects and bookmarks", () => {
    const object = { metadata: { name: "a", resourceVersion: "5" } };
    expect(parse({ type: "MODIFIED", object })).toEqual({
      type: "MODIFIED",
      object,
      resourceVersion: "5",
    });
    expect(parse({ type: "BOOKMARK", object: { metadata: { resourceVersion: "9" } } })).toEqual({
      type: "BOOKMARK",
      resourceVersion: "9",
    });
  });

  it("throws what an ERROR event says", () => {
    expect(() => parse({ type: "ERROR", object: { code: 410 } })).toThrow(
      expect.objectContaining({ reason: "Expired" }),
    );
  });

  it.each([
    ["no JSON", '{"type":"ADD'],
    ["no object", "null"],
    ["an unknown type", { type: "NEW", object: { metadata: { name: "a", resourceVersion: "1" } } }],
    ["no name", { type: "ADDED", object: { metadata: { resourceVersion: "1" } } }],
    ["no version", { type: "ADDED", object: { metadata: { name: "a" } } }],
    ["no metadata", { type: "DELETED", object: {} }],
  ])("refuses a line with %s", (_name, line) => {
    expect(() => parse(line)).toThrow(
      expect.objectContaining({ kind: "corrupt", reason: "WatchMalformed" }),
    );
  });
});
