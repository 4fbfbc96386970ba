import { describe, expect, it } from "@jest/globals";
import type { Reached } from "@open-vcluster/runtime";
import { createWrittenVersions } from "./written.ts";

/** A cache that reaches versions when it is told to. */
function cache() {
  const listeners: ((reached: Reached) => void)[] = [];
  let reached = "1";
  return {
    version: () => reached,
    onVersion: (listener: (reached: Reached) => void) => {
      listeners.push(listener);
      return () => undefined;
    },
    reach: (version: string) => {
      reached = version;
      for (const listener of listeners) listener({ version, newest: version });
    },
  };
}

describe("written versions", () => {
  it("are waited for by reads of what was written, and by reads of all", () => {
    const written = createWrittenVersions(cache());
    expect([written.of("a/b"), written.areSeen()]).toEqual(["0", true]);
    written.note("a/b", "9");
    written.note("a/b", "10");
    written.note("a/c", "8");
    expect([written.of("a/b"), written.of("a/c"), written.of("a/d")]).toEqual(["10", "8", "0"]);
    expect(written.areSeen()).toBe(false);
  });

  it("are not taken back by an answer that came late", () => {
    const written = createWrittenVersions(cache());
    written.note("a/b", "10");
    written.note("a/b", "9");
    expect(written.of("a/b")).toBe("10");
  });

  it("are forgotten when the cache has them", () => {
    const own = cache();
    const written = createWrittenVersions(own);
    written.note("a/b", "10");
    written.note("a/c", "12");
    own.reach("11");
    expect([written.of("a/b"), written.of("a/c"), written.areSeen()]).toEqual(["0", "12", false]);
    own.reach("12");
    expect(written.areSeen()).toBe(true);
  });
});
