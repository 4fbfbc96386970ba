import {
  createRules,
  kekOf,
  listSnapshots,
  openKvStore,
  openRepository,
  openSnapshot,
  readRecords,
  replaceAll,
  type Snapshot,
  sidesOf,
} from "../snapshot/engine/index.ts";
import { createDirectoryStore } from "../snapshot/engine/store/directory/directory-store.ts";

// One step of a benchmark of restores, in a process of its own as the worker's: SNAPSHOT_TASK with the newest snapshot in
// SNAPSHOT_DIRECTORY and the empty etcd at SNAPSHOT_STORE. Prints what it did as one line of JSON.
const UID = "bench";
/** Keys after which the slow peer has shown how fast it is. */
const ONE_BY_ONE_KEYS = 3_000;

const TASKS: Readonly<Record<string, () => Promise<object>>> = { load, oneByOne };
const task = TASKS[process.env["SNAPSHOT_TASK"] ?? ""];
if (task === undefined)
  throw new Error(`SNAPSHOT_TASK is none of ${Object.keys(TASKS).join(", ")}`);

const beganMs = performance.now();
const secondsSinceBegin = (): number => (performance.now() - beganMs) / 1_000;
const live = await openKvStore({ url: process.env["SNAPSHOT_STORE"] ?? "" });
const kek = kekOf(Buffer.from(process.env["SNAPSHOT_KEK"] ?? "", "hex"));
const directory = createDirectoryStore(process.env["SNAPSHOT_DIRECTORY"] ?? "");
const repository = await openRepository(directory, { kek });
process.stdout.write(`${JSON.stringify(await task())}\n`);
live.close();

async function newest(): Promise<Snapshot> {
  let snapId = "";
  for await (const { header } of listSnapshots(repository, { uid: UID })) {
    if (header !== undefined) ({ snapId } = header);
  }
  return openSnapshot(repository, { uid: UID, snapId });
}

/** Restores it, and says when everything was written and when all was read back and compared. */
async function load(): Promise<object> {
  const snapshot = await newest();
  const rules = createRules({ identity: "same", withEvents: true });
  const sides = await sidesOf({ repository, snapshot, live, rules });
  let writtenSeconds = 0;
  const { keys } = await replaceAll(sides, {
    onWritten: () => {
      writtenSeconds = secondsSinceBegin();
    },
  });
  const peakBytes = process.resourceUsage().maxRSS * 1_024;
  return { keys, writtenSeconds, provenSeconds: secondsSinceBegin(), peakBytes };
}

/** As vcluster restores: for each key a get, and then a transaction. */
async function oneByOne(): Promise<object> {
  let keys = 0;
  const sinceMs = performance.now();
  for await (const { key, value } of readRecords(repository, await newest())) {
    const [found] = await live.fetch([key], 0);
    const compare = [{ key, modRevision: found?.modRevision ?? 0 }];
    await live.txn({ compare, success: [{ kind: "put", key, value }] });
    keys += 1;
    if (keys === ONE_BY_ONE_KEYS) break;
  }
  return { keys, seconds: (performance.now() - sinceMs) / 1_000 };
}
