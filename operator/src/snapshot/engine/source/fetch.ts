import { KvError } from "./kv-error.ts";
import type {
  KeyRange,
  KvCall,
  KvEntry,
  RangePage,
  RangeRequest,
  TxnRequest,
  TxnResult,
} from "./kv-store.ts";

/** etcd's default `--max-txn-ops`. */
const TXN_OPS = 128;
/** Gets on their way at a time to a store that answers one by one. */
const IN_FLIGHT = 16;

type Found = readonly (KvEntry | undefined)[];

/** Gets in transactions; where an answer is too large, in smaller ones. */
export async function fetchInTxns(
  txn: (request: TxnRequest, call?: KvCall) => Promise<TxnResult>,
  keys: readonly Uint8Array[],
  revision: number,
  call: KvCall = {},
): Promise<Found> {
  const found: (KvEntry | undefined)[] = [];
  for (let at = 0, step = TXN_OPS; at < keys.length; ) {
    const part = keys.slice(at, at + step);
    const success = part.map((key) => ({ kind: "get" as const, key, revision }));
    try {
      found.push(...(await txn({ compare: [], success }, call)).found);
      at += part.length;
    } catch (error) {
      if (!isTooLarge(error) || part.length === 1) throw error;
      step = Math.ceil(part.length / 4);
    }
  }
  return found;
}

/** Single gets, several on their way at a time. */
export async function fetchOneByOne(
  range: (request: RangeRequest, call?: KvCall) => Promise<RangePage>,
  keys: readonly Uint8Array[],
  revision: number,
  call: KvCall = {},
): Promise<Found> {
  const found: (KvEntry | undefined)[] = [];
  for (let at = 0; at < keys.length; at += IN_FLIGHT) {
    const part = keys.slice(at, at + IN_FLIGHT);
    const pages = await Promise.all(
      part.map((key) => range({ ...singleKey(key), limit: 0, revision }, call)),
    );
    found.push(...pages.map(({ entries }) => entries[0]));
  }
  return found;
}

/** The request for one key alone: a range without an end. */
export function singleKey(key: Uint8Array): KeyRange {
  return { from: key, to: new Uint8Array() };
}

export function isTooLarge(error: unknown): boolean {
  return error instanceof KvError && error.code === "TooLarge";
}
