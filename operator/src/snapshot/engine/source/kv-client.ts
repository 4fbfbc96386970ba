import { setTimeout as delay } from "node:timers/promises";
import { type CallOptions, createClient } from "@connectrpc/connect";
import { fetchInTxns, fetchOneByOne, singleKey } from "./fetch.ts";
import { KV, Lease } from "./gen/etcd_pb.ts";
import { connectEndpoint, type KvEndpoint } from "./kv-endpoint.ts";
import { KvError, toKvError } from "./kv-error.ts";
import type {
  KvCall,
  KvStore,
  RangePage,
  RangeRequest,
  TxnRequest,
  TxnResult,
} from "./kv-store.ts";
import { pageOf, rangeMessage, resultOf, txnMessage } from "./messages.ts";

const READ_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;
/** kine writes it when it starts. Without a key in its answer, kine tells a revision that is up to a second old. */
const SOME_KEY = new TextEncoder().encode("/registry/health");

/** Connects to a store and finds out which dialect it speaks. */
export async function openKvStore(endpoint: KvEndpoint, call: KvCall = {}): Promise<KvStore> {
  const connection = connectEndpoint(endpoint);
  const kv = createClient(KV, connection.transport);
  const leases = createClient(Lease, connection.transport);

  async function once<T>(
    run: (options: CallOptions) => Promise<T>,
    { signal }: KvCall,
  ): Promise<T> {
    try {
      return await run(signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw toKvError(error, endpoint.url);
    }
  }

  async function read<T>(run: (options: CallOptions) => Promise<T>, call: KvCall): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(run, call);
      } catch (error) {
        const isPassing = error instanceof KvError && error.code === "Unavailable";
        if (!isPassing || attempt === READ_ATTEMPTS) throw error;
        await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, call);
      }
    }
  }

  const range = async (request: RangeRequest, call: KvCall = {}): Promise<RangePage> =>
    pageOf(await read((options) => kv.range(rangeMessage(request), options), call));
  const readTxn = async (request: TxnRequest, call: KvCall = {}): Promise<TxnResult> =>
    resultOf(await read((options) => kv.txn(txnMessage(request), options), call));

  const first = await read((options) => kv.range({ key: SOME_KEY }, options), call).catch(
    (error: unknown) => {
      connection.close();
      throw error;
    },
  );
  const clusterId = first.header?.clusterId ?? 0n;
  const dialect = clusterId === 0n ? "kine" : "etcd";
  return {
    dialect,
    clusterId: clusterId.toString(),
    revision: async (call) =>
      (await range({ ...singleKey(SOME_KEY), limit: 0, revision: 0 }, call)).revision,
    range,
    fetch: (keys, revision, call) =>
      dialect === "etcd"
        ? fetchInTxns(readTxn, keys, revision, call)
        : fetchOneByOne(range, keys, revision, call),
    txn: async (request, call = {}) =>
      resultOf(await once((options) => kv.txn(txnMessage(request), options), call)),
    grantLease: async (ttl, call = {}) =>
      (await once((options) => leases.leaseGrant({ ttl: BigInt(ttl) }, options), call)).id,
    leaseTtl: async (lease, call = {}) =>
      // kine has no leases: what it gives for one is the time to live itself.
      dialect === "kine"
        ? Number(lease)
        : Number(
            (await read((options) => leases.leaseTimeToLive({ id: lease }, options), call))
              .grantedTtl,
          ),
    compact: async (revision, call = {}) => {
      await once((options) => kv.compact({ revision: BigInt(revision) }, options), call);
    },
    close: () => {
      connection.close();
    },
  };
}
