import { describe, expect, it } from "@jest/globals";
import { bumpedRevision } from "./revision-bump.ts";

describe("bumpedRevision", () => {
  it.each([
    ["the snapshot, where the store cannot be asked", 52_000, undefined, 1_052_000],
    ["the store, which went on", 52_000, 3_000_000, 4_000_000],
    ["the snapshot of another store", 52_000, 7, 1_052_000],
  ])("stays ahead of %s", (_, snapshot, live, bumped) => {
    expect(bumpedRevision(snapshot, live)).toBe(bumped);
  });
});
