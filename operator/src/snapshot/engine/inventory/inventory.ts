import type { StoreRecord } from "../format/record.ts";
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
  add(record: StoreRecord): void;
  /** What was added until now, in the order of the prefixes. */
  entries(): readonly InventoryEntry[];
}

/** An inventory of nothing. Its size depends on the number of prefixes alone. */
export function createInventory(): Inventory {
  const counts = new Map<string, Count>();
  return {
    add({ key, value, leaseTtl }) {
      const { prefix } = parseRegistryKey(Buffer.from(key).toString("utf8"));
      const count = counts.get(prefix) ?? { gvks: new Set(), n: 0, bytes: 0, leased: 0 };
      counts.set(prefix, count);
      const type = storedTypeOf(value);
      if (type !== undefined) count.gvks.add(`${type.apiVersion}/${type.kind}`);
      count.n += 1;
      count.bytes += value.length;
      if (leaseTtl > 0) count.leased += 1;
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
