import { describe, expect, it } from "@jest/globals";
import { createWrittenVersions } from "./written.ts";

/** A cache that reaches versions when it is told to. */
function cache() {
  const listeners: ((version: string) => void)[] = [];
  return {
    onVersion: (listener: (version: string) => void) => {
      listeners.push(listener);
      return () => undefined;
    },
    reach: (version: string) => {
      for (const listener of listeners) listener(version);
    },
  };
}

describe("written versions", () => {
  it("are waited for by reads of what was written, and by reads of all", () => {
    const written = createWrittenVersions(cache());
    expect([written.of("a/b"), written.newest()]).toEqual(["0", "0"]);
    written.note("a/b", "9");
    written.note("a/b", "10");
    written.note("a/c", "8");
    expect([written.of("a/b"), written.of("a/c"), written.of("a/d")]).toEqual(["10", "8", "0"]);
    expect(written.newest()).toBe("10");
  });

  it("are not taken back by an answer that came late", () => {
    const written = createWrittenVersions(cache());
    written.note("a/b", "10");
    written.note("a/b", "9");
    expect([written.of("a/b"), written.newest()]).toEqual(["10", "10"]);
  });

  it("are forgotten when the cache has them", () => {
    const own = cache();
    const written = createWrittenVersions(own);
    written.note("a/b", "10");
    written.note("a/c", "12");
    own.reach("11");
    expect([written.of("a/b"), written.of("a/c"), written.newest()]).toEqual(["0", "12", "12"]);
  });
});
