import {
  createRepository,
  kekOf,
  listSnapshots,
  openKvStore,
  openRepository,
  verifySnapshot,
  writeSnapshot,
} from "../snapshot/engine/index.ts";
import type { KvStore, TxnOp } from "../snapshot/engine/source/kv-store.ts";
import { createDirectoryStore } from "../snapshot/engine/store/directory/directory-store.ts";
import { changedValue, datasetOf } from "../snapshot/engine/testing/dataset.ts";

// One step of a benchmark of the snapshot engine, in a process of its own as the worker's: SNAPSHOT_TASK on the etcd at
// SNAPSHOT_STORE. Prints what it did as one line of JSON.
const SEED = 1;
const LEASE_TTL = 86_400;
const KEYS_OF_LEASE = 1_000;
const TXN_OPS = 120;
const TXN_BYTES = 1 << 20;
const TXNS_IN_FLIGHT = 4;
/** One object in so many is written again. */
const CHURN = 100;

const store = await openKvStore({ url: process.env["SNAPSHOT_STORE"] ?? "" });
const scale = Number(process.env["SNAPSHOT_SCALE"]);
const TASKS: Readonly<Record<string, () => Promise<object>>> = { fill, churn, snapshot, verify };
const task = TASKS[process.env["SNAPSHOT_TASK"] ?? ""];
if (task === undefined)
  throw new Error(`SNAPSHOT_TASK is none of ${Object.keys(TASKS).join(", ")}`);
process.stdout.write(`${JSON.stringify(await task())}\n`);
store.close();

/** Writes the dataset into an empty store. */
async function fill(): Promise<object> {
  let leased = 0;
  let lease: bigint | undefined;
  async function* puts(): AsyncGenerator<TxnOp> {
    for (const { key, value, isLeased } of datasetOf(scale, SEED)) {
      if (isLeased && leased % KEYS_OF_LEASE === 0) lease = await store.grantLease(LEASE_TTL);
      if (isLeased) leased += 1;
      yield { kind: "put", key, value, ...(isLeased && lease !== undefined ? { lease } : {}) };
    }
  }
  return { keys: await write(store, puts()) };
}

/** Changes one object in a hundred, another share of them each time. */
async function churn(): Promise<object> {
  const round = Number(process.env["SNAPSHOT_ROUND"]);
  async function* puts(): AsyncGenerator<TxnOp> {
    let at = 0;
    for (const { key, value } of datasetOf(scale, SEED)) {
      at += 1;
      if (at % CHURN === round % CHURN) {
        yield await Promise.resolve({ kind: "put", key, value: changedValue(value, round) });
      }
    }
  }
  return { keys: await write(store, puts()) };
}

/** Takes a snapshot into a directory: full in an empty one, incremental after that. */
async function snapshot(): Promise<object> {
  const kek = kekOf(Buffer.from(process.env["SNAPSHOT_KEK"] ?? "", "hex"));
  const beganMs = performance.now();
  const directory = createDirectoryStore(process.env["SNAPSHOT_DIRECTORY"] ?? "");
  const now = (): Date => new Date();
  const repository = await createRepository(directory, now(), { kek });
  const { manifest } = await writeSnapshot(
    { repository, store, now },
    { subject: { uid: "bench", name: "bench", namespace: "bench", facts: {} }, trigger: "bench" },
  );
  const seconds = (performance.now() - beganMs) / 1_000;
  const { kind, keys, valueBytes, addedBytes } = manifest.header;
  const peakBytes = process.resourceUsage().maxRSS * 1_024;
  return { kind, keys, valueBytes, addedBytes, seconds, peakBytes };
}

/** Reads the newest snapshot to the last byte. */
async function verify(): Promise<object> {
  const kek = kekOf(Buffer.from(process.env["SNAPSHOT_KEK"] ?? "", "hex"));
  const directory = createDirectoryStore(process.env["SNAPSHOT_DIRECTORY"] ?? "");
  let snapId = "";
  for await (const listed of listSnapshots(await openRepository(directory, { kek }))) {
    snapId = listed.header?.snapId ?? "";
  }
  const beganMs = performance.now();
  const { findings } = await verifySnapshot(directory, { uid: "bench", snapId }, { kek, level: 2 });
  const seconds = (performance.now() - beganMs) / 1_000;
  return { findings: findings.length, seconds };
}

/** Writes in transactions as large as etcd takes them; resolves to the number of keys. */
async function write(store: KvStore, puts: AsyncIterable<TxnOp>): Promise<number> {
  const inFlight = new Set<Promise<unknown>>();
  let keys = 0;
  let ops: TxnOp[] = [];
  let bytes = 0;
  async function flush(): Promise<void> {
    if (inFlight.size >= TXNS_IN_FLIGHT) await Promise.race(inFlight);
    const writing = store
      .txn({ compare: [], success: ops })
      .finally(() => inFlight.delete(writing));
    inFlight.add(writing);
    [ops, bytes] = [[], 0];
  }
  for await (const op of puts) {
    const size = op.kind === "put" ? op.value.length + op.key.length : 0;
    if (ops.length === TXN_OPS || bytes + size > TXN_BYTES) await flush();
    ops.push(op);
    bytes += size;
    keys += 1;
  }
  await flush();
  await Promise.all(inFlight);
  return keys;
}
