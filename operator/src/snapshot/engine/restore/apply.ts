import type { KvCall, KvStore, TxnOp, TxnRequest } from "../source/kv-store.ts";
import type { Change } from "./change.ts";
import { forEachInFlight } from "./in-flight.ts";
import { createLeasePool, type LeasePool } from "./leases.ts";

/** Below etcd's default `--max-txn-ops` 128 and `--max-request-bytes` 1.5 MiB. */
const TXN_OPS = 120;
const TXN_BYTES = 1_000_000;
const TXNS_IN_FLIGHT = 4;
/** kine commits each change on its own. */
const SINGLES_IN_FLIGHT = 16;

/** Writes changes of one restore. */
export interface ChangeWriter {
  /**
   * Resolves when all are written, in no particular order, to the number of those that were not, for somebody else
   * changed their key since the plan; on etcd a change overwrites whatever is there.
   */
  write(changes: AsyncIterable<Change> | Iterable<Change>): Promise<number>;
}

/** A writer that speaks the store's dialect. */
export function createWriter(store: KvStore, call: KvCall = {}): ChangeWriter {
  const leases = createLeasePool(store, call);
  return {
    async write(changes) {
      let lost = 0;
      if (store.dialect === "etcd") {
        await forEachInFlight(bundles(changes), TXNS_IN_FLIGHT, async (bundle) => {
          const success = await Promise.all(bundle.map((change) => opOf(change, leases)));
          await store.txn({ compare: [], success }, call);
        });
      } else {
        await forEachInFlight(changes, SINGLES_IN_FLIGHT, async (change) => {
          const { succeeded } = await store.txn(await guarded(change, leases), call);
          if (!succeeded) lost += 1;
        });
      }
      return lost;
    },
  };
}

async function* bundles(
  changes: AsyncIterable<Change> | Iterable<Change>,
): AsyncGenerator<readonly Change[]> {
  let bundle: Change[] = [];
  let bytes = 0;
  for await (const change of changes) {
    const size = change.key.length + (change.kind === "put" ? change.value.length : 0);
    if (bundle.length === TXN_OPS || (bundle.length > 0 && bytes + size > TXN_BYTES)) {
      yield bundle;
      [bundle, bytes] = [[], 0];
    }
    bundle.push(change);
    bytes += size;
  }
  if (bundle.length > 0) yield bundle;
}

/** The shapes that kine knows; its plain put does nothing to a key that exists. */
async function guarded(change: Change, leases: LeasePool): Promise<TxnRequest> {
  const { key, liveRevision: modRevision } = change;
  const failure: readonly TxnOp[] = modRevision === 0 ? [] : [{ kind: "get", key }];
  return { compare: [{ key, modRevision }], success: [await opOf(change, leases)], failure };
}

async function opOf(change: Change, leases: LeasePool): Promise<TxnOp> {
  const { kind, key } = change;
  if (kind === "delete") return { kind, key };
  const { value, leaseTtl } = change;
  if (leaseTtl === 0) return { kind, key, value };
  return { kind, key, value, lease: await leases.leaseFor(leaseTtl) };
}
