import type { IndexRecord } from "../format/entry.ts";
import { keyText } from "../format/key-text.ts";
import { parseRegistryKey } from "./registry-key.ts";
import { storedTypeOf } from "./stored-object.ts";

/** All keys of one prefix. */
export interface InventoryEntry {
  /** As {@link parseRegistryKey} says it: `/registry/pods/`. */
  readonly prefix: string;
  /** Types that were found, `VERSION/KIND` or `GROUP/VERSION/KIND`, sorted; without those that cannot be told. */
  readonly gvks: readonly string[];
  /** Number of keys. */
  readonly n: number;
  /** Of the values. */
  readonly bytes: number;
  /** Keys that end with a lease. */
  readonly leased: number;
}

/** Counts what a snapshot holds while its records pass. */
export interface Inventory {
  /** Counts a record, and its type where its value is at hand. */
  add(indexed: Omit<IndexRecord, "modRevision" | "valueHash">, value?: Uint8Array): void;
  /** What was added until now, in the order of the prefixes. */
  entries(): readonly InventoryEntry[];
}

/**
 * An inventory of nothing. Its size depends on the number of prefixes alone.
 *
 * @param before - Of the snapshot that is gone on from: what is unchanged is of the types that were found then.
 */
export function createInventory(before: readonly InventoryEntry[] = []): Inventory {
  const known = new Map(before.map(({ prefix, gvks }) => [prefix, gvks]));
  const counts = new Map<string, Count>();
  return {
    add({ key, valueBytes, isLeased }, value) {
      const { prefix } = parseRegistryKey(keyText(key));
      let count = counts.get(prefix);
      if (count === undefined) {
        count = { gvks: new Set(known.get(prefix)), n: 0, bytes: 0, leased: 0 };
        counts.set(prefix, count);
      }
      const type = value === undefined ? undefined : storedTypeOf(value);
      if (type !== undefined) count.gvks.add(`${type.apiVersion}/${type.kind}`);
      count.n += 1;
      count.bytes += valueBytes;
      if (isLeased) count.leased += 1;
    },
    entries: () =>
      [...counts]
        .map(([prefix, { gvks, ...count }]) => ({ prefix, gvks: [...gvks].sort(), ...count }))
        .sort((a, b) => (a.prefix < b.prefix ? -1 : 1)),
  };
}

interface Count {
  readonly gvks: Set<string>;
  n: number;
  bytes: number;
  leased: number;
}
