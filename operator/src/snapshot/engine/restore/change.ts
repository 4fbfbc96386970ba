import { keyText } from "../format/key-text.ts";
import type { StoreRecord } from "../format/record.ts";
import type { KvEntry } from "../source/kv-store.ts";
import type { Pair } from "./merge-sides.ts";
import type { RestoreRules } from "./rules.ts";

/** One write of a restore. */
export type Change = PutChange | DeleteChange;

export interface PutChange {
  readonly kind: "put";
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** In seconds; 0 without a lease. */
  readonly leaseTtl: number;
  /** Of what is overwritten; 0 where there is no such key. */
  readonly liveRevision: number;
  /** The value should have been edited and could not be read, so it is written as the snapshot holds it. */
  readonly isOpaque: boolean;
}

export interface DeleteChange {
  readonly kind: "delete";
  readonly key: Uint8Array;
  readonly liveRevision: number;
}

/** What is to be done about one key. */
export type Verdict = Change | { readonly kind: "same"; readonly key: Uint8Array };

/** Whether the live value has to be read before a verdict on the pair is possible. Pure. */
export function asksLiveValue(
  { wanted, live }: Pair<StoreRecord, KvEntry>,
  rules: RestoreRules,
  isSameLineage: boolean,
): boolean {
  if (live === undefined) return false;
  if (wanted === undefined) return rules.prunes && rules.asksValue;
  if (!rules.coversValue(wanted.key, wanted.value)) return false;
  return !(isSameLineage && wanted.modRevision === live.modRevision);
}

/**
 * What is to be done about a covered key; undefined for one that is not the restore's business. Pure.
 *
 * @param liveValue - the value of `pair.live` if {@link asksLiveValue}; absent means as the snapshot holds it
 */
export function verdictOf(
  { wanted, live }: Pair<StoreRecord, KvEntry>,
  rules: RestoreRules,
  liveValue?: Uint8Array,
): Verdict | undefined {
  if (wanted === undefined) return verdictOnExtra(live, rules, liveValue);
  if (!rules.coversValue(wanted.key, wanted.value)) return undefined;
  const { key, leaseTtl } = wanted;
  if (live !== undefined && equal(liveValue ?? wanted.value, wanted.value)) {
    return { kind: "same", key };
  }
  const edited = rules.edit(keyText(key), wanted.value, liveValue);
  const value = edited ?? wanted.value;
  if (liveValue !== undefined && equal(liveValue, value)) return { kind: "same", key };
  const liveRevision = live?.modRevision ?? 0;
  return { kind: "put", key, value, leaseTtl, liveRevision, isOpaque: edited === undefined };
}

function verdictOnExtra(
  { key, modRevision }: KvEntry,
  rules: RestoreRules,
  value?: Uint8Array,
): Verdict | undefined {
  if (!rules.prunes) return undefined;
  if (rules.asksValue && (value === undefined || !rules.coversValue(key, value))) return undefined;
  return { kind: "delete", key, liveRevision: modRevision };
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
