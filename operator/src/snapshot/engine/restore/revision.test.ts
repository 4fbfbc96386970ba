import { describe, expect, it } from "@jest/globals";
import { revisionBehind } from "./revision.ts";

const HOUR_MS = 3_600_000;

describe("the revision behind which a new store goes on", () => {
  it.each([
    ["a snapshot of just now", 0, 62_000],
    ["one of an hour ago", HOUR_MS, 98_000],
    ["one of a year ago", 365 * 24 * HOUR_MS, 552_000],
    ["one of a clock that is ahead", -HOUR_MS, 62_000],
  ])("leaves room for what was written after %s", (_, ageMs, revision) => {
    expect(revisionBehind(52_000, ageMs)).toBe(revision);
  });
});
