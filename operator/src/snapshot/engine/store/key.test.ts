import { describe, expect, it } from "@jest/globals";
import { assertKey, assertPrefix } from "./key.ts";

describe("assertKey", () => {
  it.each(["repo.json", "chunks/ab/abcdef", "snapshots/20261121T051000Z-a1b2c3/manifest"])(
    "takes %s",
    (key) => {
      expect(() => {
        assertKey(key);
      }).not.toThrow();
    },
  );

  it.each([
    "",
    "/a",
    "a/",
    "a//b",
    "../a",
    "a/../b",
    "./a",
    "a\\b",
    "a b",
    "a\0",
    "é",
    "a".repeat(201),
    "a/".repeat(500),
  ])("refuses %j", (key) => {
    expect(() => {
      assertKey(key);
    }).toThrow(expect.objectContaining({ code: "Refused", key }));
  });
});

describe("assertPrefix", () => {
  it.each(["", "chunks/", "chunks/ab"])("takes %j", (prefix) => {
    expect(() => {
      assertPrefix(prefix);
    }).not.toThrow();
  });

  it.each(["/", "../", "chunks//"])("refuses %j", (prefix) => {
    expect(() => {
      assertPrefix(prefix);
    }).toThrow(expect.objectContaining({ code: "Refused" }));
  });
});
