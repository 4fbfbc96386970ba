import type { Informer } from "@open-vcluster/runtime";
import { hasReached } from "./version.ts";

/** Versions that this replica wrote and that its cache has not reached yet. */
export interface WrittenVersions {
  note(key: string, version: string): void;
  /** Version that a cache must have reached to know what was written to this object; "0" if any will do. */
  of(key: string): string;
  /** Whether the cache knows everything that was written. */
  areSeen(): boolean;
}

/**
 * Remembers writes until the cache has them, so that a read waits for writes to what it reads and for no others.
 */
export function createWrittenVersions(
  cache: Pick<Informer<unknown>, "onVersion" | "version">,
): WrittenVersions {
  const versions = new Map<string, string>();
  const forgetSeen = (): void => {
    for (const [key, version] of versions) {
      if (hasReached(cache.version(key) ?? "0", version)) versions.delete(key);
    }
  };
  cache.onVersion(forgetSeen);
  return {
    note: (key, version) => {
      if (hasReached(version, versions.get(key) ?? "0")) versions.set(key, version);
    },
    of: (key) => versions.get(key) ?? "0",
    areSeen: () => {
      forgetSeen();
      return versions.size === 0;
    },
  };
}
