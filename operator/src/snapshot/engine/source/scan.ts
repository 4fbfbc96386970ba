import { isTooLarge } from "./fetch.ts";
import { after, endOf, sharedLength } from "./key-order.ts";
import type { KeyRange, KvCall, KvEntry, KvStore, RangePage } from "./kv-store.ts";

/** The page size that etcd serves best; Kubernetes' own watch cache asks for as many. */
const MOST_KEYS = 10_000;
const FIRST_KEYS = 1_000;
/** Larger pages are not faster, and several are in memory at a time. */
const PAGE_BYTES = 2 << 20;
/** A range may hold so many pages until it is asked for in narrower parts. */
const WIDE = 4;

/** What to read of a store at one revision. */
export interface Scan extends KeyRange {
  readonly revision: number;
  readonly keysOnly?: boolean;
}

/**
 * Reads a range in key order, page by page, the next page while one is looked at.
 *
 * Every request is bounded by an end of its own, for a store walks (etcd) or counts (kine) all the
 * rest of a range for each page of it, which makes long scans quadratic. The end is guessed: keys that
 * share as many first bytes with where we are as made good pages before.
 */
export async function* scan(
  store: KvStore,
  what: Scan,
  call: KvCall = {},
): AsyncGenerator<readonly KvEntry[]> {
  let state: Position | undefined = { from: what.from, depth: 0, limit: FIRST_KEYS };
  let pending: Promise<Step> | undefined = readPage(store, what, state, call);
  while (pending !== undefined) {
    const { page, next }: Step = await pending;
    state = next;
    pending = state === undefined ? undefined : readPage(store, what, state, call);
    // Its failure is seen by the next turn; until then it must not count as unheard.
    pending?.catch(() => undefined);
    if (page.entries.length > 0) yield page.entries;
  }
}

interface Position {
  readonly from: Uint8Array;
  /** Bytes that keys of one request share with `from`; 0 for all of the range. */
  readonly depth: number;
  readonly limit: number;
}

interface Step {
  readonly page: RangePage;
  readonly next: Position | undefined;
}

async function readPage(
  store: KvStore,
  what: Scan,
  position: Position,
  call: KvCall,
): Promise<Step> {
  const { revision, keysOnly = false } = what;
  let { limit } = position;
  const to = endFor(what, position);
  for (;;) {
    try {
      const page = await store.range({ from: position.from, to, limit, revision, keysOnly }, call);
      return { page, next: nextPosition(what, { ...position, limit }, to, page) };
    } catch (error) {
      if (!isTooLarge(error) || limit === 1) throw error;
      limit = Math.ceil(limit / 8);
    }
  }
}

function endFor({ to }: KeyRange, { from, depth }: Position): Uint8Array {
  if (depth === 0) return to;
  const end = endOf(from, depth);
  return end.length === 0 || Buffer.compare(end, to) > 0 ? to : end;
}

function nextPosition(
  what: KeyRange,
  position: Position,
  to: Uint8Array,
  page: RangePage,
): Position | undefined {
  const { entries, more, count } = page;
  const limit = nextLimit(position.limit, entries);
  const first = entries[0]?.key;
  const last = entries.at(-1)?.key;
  if (more && first !== undefined && last !== undefined) {
    const isWide = count > WIDE * position.limit;
    const depth = isWide ? Math.max(position.depth + 1, sharedLength(first, last)) : position.depth;
    return { from: after(last), depth, limit };
  }
  if (Buffer.compare(to, what.to) === 0) return undefined;
  const isNarrow = entries.length * WIDE < position.limit;
  return { from: to, depth: Math.max(0, position.depth - (isNarrow ? 1 : 0)), limit };
}

function nextLimit(limit: number, entries: readonly KvEntry[]): number {
  if (entries.length === 0) return limit;
  let bytes = 0;
  for (const { key, value } of entries) bytes += key.length + value.length;
  const fitting = Math.floor((PAGE_BYTES / bytes) * entries.length);
  return Math.max(1, Math.min(MOST_KEYS, limit * WIDE, fitting));
}
