import type { KvCall, KvStore } from "../source/kv-store.ts";
import { OWN_PREFIX } from "../source/lineage.ts";

/** Writes that a busy cluster makes in a second, in the mean of hours. */
const WRITES_PER_SECOND = 10;
const LEAST_MARGIN = 10_000;
const MOST_MARGIN = 500_000;

/**
 * The revision behind which a store that takes the place of a lost one has to go on. Pure.
 *
 * Nobody knows how far the lost one came after the snapshot. A client that goes on watching from a revision which the new
 * store has not reached yet would miss changes in silence. One that asks for a revision which the new store has compacted
 * already is told so (410), and reads everything again.
 *
 * @param snapshotRevision - at which the snapshot was taken
 * @param ageMs - of the snapshot
 */
export function revisionBehind(snapshotRevision: number, ageMs: number): number {
  const written = Math.ceil((Math.max(0, ageMs) / 1_000) * WRITES_PER_SECOND);
  return snapshotRevision + Math.min(MOST_MARGIN, LEAST_MARGIN + written);
}

/** A store keeps each of these writes until it is compacted. */
const WRITES_PER_ROUND = 50_000;
/** A key comes and goes. */
const WRITES_OF_A_TURN = 2;
/** Keys that are written beside each other, each again and again. */
const KEYS = 32;

export interface RaiseCall extends KvCall {
  /** Told how many writes there were, and of how many. */
  readonly onRaised?: (written: number, all: number) => void;
}

/**
 * Lets a store that nobody uses come to a revision, with everything up to it compacted: no store can be told its revision
 * while it runs, but each write is one. A store that is there already is left alone.
 */
export async function raiseRevision(
  store: KvStore,
  atLeast: number,
  { onRaised, ...call }: RaiseCall = {},
): Promise<void> {
  const first = await store.revision(call);
  let at = first;
  let written = 0;
  const tell = (writes: number): void => {
    written += writes;
    onRaised?.(Math.min(written, atLeast - first), atLeast - first);
  };
  while (at < atLeast) {
    const missing = Math.min(WRITES_PER_ROUND, atLeast - at);
    const each = Math.ceil(missing / KEYS);
    const keys = Array.from({ length: KEYS }, (_, index) => keyOf(index));
    await Promise.all(keys.map((key) => writeAgain({ key, times: each, tell }, store, call)));
    await forgetHistory(store, call);
    at = await store.revision(call);
  }
}

/**
 * Compacts all that was ever written to a store that nobody uses: only what is there now can be read any more. Leaves a key
 * of the engine's own.
 */
export async function forgetHistory(store: KvStore, call: KvCall = {}): Promise<void> {
  // kine compacts no further than a revision in its memory, which writes beside each other leave behind what it stored,
  // until one is written alone. That must stay: kine's revision is that of the newest row which it has not compacted.
  await remove(store, NEWEST, call);
  await create(store, NEWEST, call);
  await store.compact(await store.revision(call), call);
}

const NEWEST = keyOf("newest");
const NOTHING = new Uint8Array();

function keyOf(name: number | string): Uint8Array {
  return Buffer.from(`${OWN_PREFIX}revision/${name}`);
}

interface Writing {
  readonly key: Uint8Array;
  readonly times: number;
  readonly tell: (writes: number) => void;
}

async function writeAgain(
  { key, times, tell }: Writing,
  store: KvStore,
  call: KvCall,
): Promise<void> {
  for (let written = 0; written < times; written += WRITES_OF_A_TURN) {
    await create(store, key, call);
    await remove(store, key, call);
    tell(WRITES_OF_A_TURN);
  }
}

/** Does nothing where there is the key; kine has no other way to put one. */
async function create(store: KvStore, key: Uint8Array, call: KvCall): Promise<void> {
  const success = [{ kind: "put", key, value: NOTHING }] as const;
  await store.txn({ compare: [{ key, modRevision: 0 }], success }, call);
}

async function remove(store: KvStore, key: Uint8Array, call: KvCall): Promise<void> {
  const success = [
    { kind: "get", key },
    { kind: "delete", key },
  ] as const;
  await store.txn({ compare: [], success }, call);
}
