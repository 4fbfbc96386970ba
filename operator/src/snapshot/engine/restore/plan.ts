import { keyText } from "../format/key-text.ts";
import type { StoreRecord } from "../format/record.ts";
import type { KeyRange, KvCall, KvEntry, KvStore } from "../source/kv-store.ts";
import { scan } from "../source/scan.ts";
import { asksLiveValue, type Verdict, verdictOf } from "./change.ts";
import { keyOf, mergeSides, type Pair } from "./merge-sides.ts";
import type { RestoreRules } from "./rules.ts";

/** A snapshot, and the store that it is compared with. */
export interface Sides {
  /** The records of the snapshot in a range, in key order. */
  readonly records: (range: KeyRange) => AsyncIterable<StoreRecord>;
  readonly live: KvStore;
  /**
   * The snapshot was taken of this very store, whose revisions only grew since: a key with the modification revision of
   * the snapshot has its value.
   */
  readonly isSameLineage: boolean;
  readonly rules: RestoreRules;
}

/** Verdicts need few live values, which are read together. */
const BATCH_KEYS = 128;
const BATCH_BYTES = 4 << 20;

/**
 * Compares a range of both sides and says what is to be done about each covered key, in key order.
 *
 * @param revision - of the live store
 */
export async function* plan(
  sides: Sides,
  range: KeyRange,
  revision: number,
  call: KvCall = {},
): AsyncGenerator<Verdict> {
  const keys = scan(sides.live, { ...range, revision, keysOnly: true }, call);
  let batch: Pair<StoreRecord, KvEntry>[] = [];
  let bytes = 0;
  for await (const pair of mergeSides(sides.records(range), keys)) {
    if (!sides.rules.covers(keyText(keyOf(pair)))) continue;
    batch.push(pair);
    bytes += pair.wanted?.value.length ?? 0;
    if (batch.length < BATCH_KEYS && bytes < BATCH_BYTES) continue;
    yield* await judge(sides, batch, revision, call);
    [batch, bytes] = [[], 0];
  }
  yield* await judge(sides, batch, revision, call);
}

async function judge(
  { live, rules, isSameLineage }: Sides,
  batch: readonly Pair<StoreRecord, KvEntry>[],
  revision: number,
  call: KvCall,
): Promise<readonly Verdict[]> {
  const asked = batch.filter((pair) => asksLiveValue(pair, rules, isSameLineage));
  const found = await live.fetch(asked.map(keyOf), revision, call);
  const values = new Map(asked.map((pair, at) => [pair, found[at]?.value]));
  return batch
    .map((pair) => verdictOf(pair, rules, values.get(pair)))
    .filter((verdict) => verdict !== undefined);
}
