import { describe, expect, it } from "@jest/globals";
import { isAtLeast } from "./go.ts";

describe("isAtLeast", () => {
  it.each([
    ["go1.26.3", true],
    ["go1.26.8", true],
    ["go1.27", true],
    ["go2.0.0", true],
    ["go1.26.2", false],
    ["go1.26", false],
    ["go1.9.7", false],
    ["devel", false],
  ])("%s against 1.26.3: %s", (version, expected) => {
    expect(isAtLeast(version, [1, 26, 3])).toBe(expected);
  });
});
