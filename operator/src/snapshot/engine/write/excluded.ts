import { sharedLength } from "../source/key-order.ts";
import type { KvEntry } from "../source/kv-store.ts";
import { OWN_PREFIX } from "../source/lineage.ts";

/** What no snapshot holds: addresses of API servers that run now, and what is the engine's own. */
export const EXCLUDED: readonly string[] = ["/registry/masterleases/", OWN_PREFIX];

const PREFIXES = EXCLUDED.map((prefix) => Buffer.from(prefix));

/** Whether a snapshot holds the key. Pure. */
export function isIncluded({ key }: Pick<KvEntry, "key">): boolean {
  return !PREFIXES.some((prefix) => sharedLength(prefix, key) === prefix.length);
}
