import type { IndexRecord } from "../format/entry.ts";
import { keyOfText, keyText } from "../format/key-text.ts";
import { sharedLength } from "../source/key-order.ts";
import { parseRegistryKey } from "./registry-key.ts";
import { storedTypeOf, typeLengthOf } from "./stored-object.ts";

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
  const typeNameOf = createTypeReader();
  // Keys come in order, so most have the prefix of the one before, and few need to be taken apart.
  let last: Run | undefined;

  function countOf(key: Uint8Array): Count {
    if (last !== undefined && isOfRun(key, last)) return last.count;
    const { prefix } = parseRegistryKey(keyText(key));
    const bytes = keyOfText(prefix);
    const count = counts.get(prefix) ?? {
      gvks: new Set(known.get(prefix)),
      ...{ n: 0, bytes: 0, leased: 0 },
    };
    counts.set(prefix, count);
    last = { prefix: bytes, slashes: slashesFrom(key, bytes.length), count };
    return count;
  }

  return {
    add({ key, valueBytes, isLeased }, value) {
      const count = countOf(key);
      const type = value === undefined ? undefined : typeNameOf(value);
      if (type !== undefined) count.gvks.add(type);
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

/** Keys that follow each other and have one prefix. */
interface Run {
  readonly prefix: Uint8Array;
  /** Slashes behind the prefix, by which the prefix was told. */
  readonly slashes: number;
  readonly count: Count;
}

const SLASH = "/".charCodeAt(0);

function isOfRun(key: Uint8Array, { prefix, slashes }: Run): boolean {
  return sharedLength(key, prefix) === prefix.length && slashesFrom(key, prefix.length) === slashes;
}

function slashesFrom(key: Uint8Array, from: number): number {
  let slashes = 0;
  for (let at = from; at < key.length; at += 1) if (key[at] === SLASH) slashes += 1;
  return slashes;
}

/** Reads the types of values. One that starts like the value before it, as far as its type goes, is of the same type. */
function createTypeReader(): (value: Uint8Array) => string | undefined {
  let head: Uint8Array = new Uint8Array();
  let name: string | undefined;
  return (value) => {
    if (head.length > 0 && sharedLength(head, value) === head.length) return name;
    const type = storedTypeOf(value);
    name = type === undefined ? undefined : `${type.apiVersion}/${type.kind}`;
    head = Uint8Array.from(value.subarray(0, typeLengthOf(value)));
    return name;
  };
}

interface Count {
  readonly gvks: Set<string>;
  n: number;
  bytes: number;
  leased: number;
}
