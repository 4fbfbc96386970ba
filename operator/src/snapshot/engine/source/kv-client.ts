import { setTimeout as delay } from "node:timers/promises";
import type {
  DescMessage,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { fetchInTxns, fetchOneByOne, singleKey } from "./fetch.ts";
import { KV, Lease, Maintenance } from "./gen/etcd_pb.ts";
import { connectEndpoint, type KvEndpoint } from "./kv-endpoint.ts";
import { KvError, type KvErrorCode } from "./kv-error.ts";
import type {
  KvCall,
  KvStore,
  RangePage,
  RangeRequest,
  TxnRequest,
  TxnResult,
} from "./kv-store.ts";
import { pageOf, rangeMessage, resultOf, sizeOf } from "./messages.ts";
import { txnMessage } from "./txn-message.ts";

const READ_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;
/** kine writes it when it starts. Without a key in its answer, kine tells a revision that is up to a second old. */
const SOME_KEY = new TextEncoder().encode("/registry/health");

function isKvError(error: unknown, code: KvErrorCode): boolean {
  return error instanceof KvError && error.code === code;
}

/** Connects to a store and finds out which dialect it speaks. */
export async function openKvStore(endpoint: KvEndpoint, call: KvCall = {}): Promise<KvStore> {
  const connection = connectEndpoint(endpoint);
  async function read<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    input: MessageInitShape<I> | Buffer,
    call: KvCall,
  ): Promise<MessageShape<O>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await connection.call(method, input, call);
      } catch (error) {
        if (!isKvError(error, "Unavailable") || attempt === READ_ATTEMPTS) throw error;
        await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, call);
      }
    }
  }

  const readRange = async (request: RangeRequest, call: KvCall): Promise<RangePage> =>
    pageOf(await read(KV.method.range, rangeMessage(request), call));

  async function range(request: RangeRequest, call: KvCall = {}): Promise<RangePage> {
    try {
      return await readRange(request, call);
    } catch (error) {
      if (!isKvError(error, "Future")) throw error;
      // kine judges an empty range by a revision in its memory, which concurrent writes leave behind what it stored, and
      // a range that holds something by what it stored. If that knows the revision, the range is empty.
      const known = { ...singleKey(SOME_KEY), limit: 0, revision: request.revision };
      const { revision } = await readRange(known, call);
      return { entries: [], more: false, count: 0, revision };
    }
  }

  const readTxn = async (request: TxnRequest, call: KvCall = {}): Promise<TxnResult> =>
    resultOf(await read(KV.method.txn, txnMessage(request), call));

  const first = await read(KV.method.range, { key: SOME_KEY }, call).catch((error: unknown) => {
    connection.close();
    throw error;
  });
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
      resultOf(await connection.call(KV.method.txn, txnMessage(request), call)),
    grantLease: async (ttl, call = {}) =>
      (await connection.call(Lease.method.leaseGrant, { ttl: BigInt(ttl) }, call)).id,
    leaseTtl: async (lease, call = {}) =>
      // kine has no leases: what it gives for one is the time to live itself.
      dialect === "kine"
        ? Number(lease)
        : Number((await read(Lease.method.leaseTimeToLive, { id: lease }, call)).grantedTtl),
    size: async (call = {}) => sizeOf(dialect, await read(Maintenance.method.status, {}, call)),
    compact: async (revision, call = {}) => {
      await connection.call(
        KV.method.compact,
        { revision: BigInt(revision), physical: true },
        call,
      );
    },
    close: () => {
      connection.close();
    },
  };
}
