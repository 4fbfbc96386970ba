import type { IndexRecord } from "../format/entry.ts";
import type { ManifestBody } from "../format/manifest.ts";
import { createRootHash } from "../format/root-hash.ts";
import { createInventory, type InventoryEntry } from "../inventory/inventory.ts";

/** What a snapshot holds in all, gathered while its keys pass. */
export interface Content {
  /** In key order; the value where it is at hand. */
  add(indexed: IndexRecord, value?: Uint8Array): void;
  readonly keys: number;
  readonly valueBytes: number;
  /** To be called once. */
  end(): ManifestBody["content"];
}

/** @param before - Inventory of the snapshot that is gone on from. */
export function createContent(
  excluded: readonly string[],
  before?: readonly InventoryEntry[],
): Content {
  const root = createRootHash();
  const inventory = createInventory(before);
  let keys = 0;
  let valueBytes = 0;
  return {
    add(indexed, value) {
      root.add(indexed.key, indexed.valueHash);
      inventory.add(indexed, value);
      keys += 1;
      valueBytes += indexed.valueBytes;
    },
    get keys() {
      return keys;
    },
    get valueBytes() {
      return valueBytes;
    },
    end: () => ({ rootHash: root.digest(), excluded, inventory: inventory.entries() }),
  };
}
