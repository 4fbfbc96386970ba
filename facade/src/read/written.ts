import type { Informer } from "@open-vcluster/runtime";
import { hasReached } from "./version.ts";

/** Versions that this replica wrote and that its cache has not reached yet. */
export interface WrittenVersions {
  note(key: string, version: string): void;
  /** Version that a cache must have reached to know what was written to this object; "0" if any will do. */
  of(key: string): string;
  /** The same for all objects. */
  newest(): string;
}

/**
 * Remembers writes until the cache has them, so that a read waits for writes to what it reads and for no others.
 */
export function createWrittenVersions(
  cache: Pick<Informer<unknown>, "onVersion">,
): WrittenVersions {
  const versions = new Map<string, string>();
  let newest = "0";
  cache.onVersion((reached) => {
    for (const [key, version] of versions) {
      if (hasReached(reached, version)) versions.delete(key);
    }
  });
  return {
    note: (key, version) => {
      if (hasReached(version, versions.get(key) ?? "0")) versions.set(key, version);
      if (hasReached(version, newest)) newest = version;
    },
    of: (key) => versions.get(key) ?? "0",
    newest: () => newest,
  };
}
