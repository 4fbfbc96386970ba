import {
  KvError,
  type KvStore,
  type Lost,
  type ObjectStore,
  ObjectStoreError,
  openKvStore,
  REPOSITORY_OBJECT,
  type Repair,
  repairSnapshot,
  SnapshotError,
  withWriterLock,
} from "../engine/index.ts";
import { accessOf, openPlace } from "./open-repository.ts";
import { findingText, readBack } from "./read-back.ts";
import { MOST_OBJECTS, type RepairResult } from "./result.ts";
import type { RepairTask, ReplicaPlace } from "./task.ts";
import type { TaskRun } from "./task-run.ts";

/** Keys that a message names. */
const MOST_NAMED = 3;

/**
 * Puts back what is damaged of a snapshot and reads it again. Rejects with a SnapshotError that names what is nowhere to be
 * found, and which copies could not be asked.
 */
export async function repairTaskSnapshot(task: RepairTask, run: TaskRun): Promise<RepairResult> {
  const { repository: place, subject, snapId } = task;
  const { now, signal } = run;
  run.tell({ stage: "Repairing", keys: 0, bytes: 0 });
  const store = openPlace(place.store);
  const copies = await reachable(task.replicas, signal);
  const locking = { uid: subject.uid, now, signal, owner: snapId };
  const live = await reachableStore(task, signal);
  try {
    const sources = { replicas: copies.stores, ...(live.store && { live: live.store }) };
    const { repaired, lost } = await withWriterLock({ store }, locking, () =>
      repairSnapshot(
        store,
        { uid: subject.uid, snapId },
        { ...accessOf(place.kek), ...sources, signal },
      ),
    );
    const [first] = lost;
    if (first !== undefined) {
      throw lostError(first, lost.length - 1, [...copies.notAsked, ...live.notAsked]);
    }
    return await proved(store, task, repaired, run);
  } finally {
    live.store?.close();
  }
}

/** Reads all of it again after its repair. */
async function proved(
  store: ObjectStore,
  task: RepairTask,
  repaired: Repair["repaired"],
  run: TaskRun,
): Promise<RepairResult> {
  const { repository: place, subject, snapId, level } = task;
  await readBack({ store }, { place, subject, snapId, level }, run);
  return {
    ok: true,
    operation: "repair",
    snapId,
    verifiedLevel: level,
    repaired: repaired.length,
    objects: repaired.slice(0, MOST_OBJECTS).map(({ objectKey }) => objectKey),
  };
}

interface LiveStore {
  readonly store?: KvStore;
  /** Why it is of no use. */
  readonly notAsked: readonly string[];
}

/** The store may have gone since it was found: there may be other sources. */
async function reachableStore({ endpoint }: RepairTask, signal: AbortSignal): Promise<LiveStore> {
  if (endpoint === undefined) return { notAsked: [] };
  try {
    return { store: await openKvStore(endpoint, { signal }), notAsked: [] };
  } catch (error) {
    if (!(error instanceof KvError)) throw error;
    return { notAsked: [`the running store was not asked: ${error.message}`] };
  }
}

interface Copies {
  readonly stores: readonly ObjectStore[];
  /** Why others are of no use, as sentences without a full stop. */
  readonly notAsked: readonly string[];
}

/** One copy that is away must not keep the others from being asked. */
async function reachable(replicas: readonly ReplicaPlace[], signal: AbortSignal): Promise<Copies> {
  const stores: ObjectStore[] = [];
  const notAsked: string[] = [];
  for (const { name, store: place } of replicas) {
    const store = openPlace(place);
    try {
      await store.get(REPOSITORY_OBJECT, { signal });
      stores.push(store);
    } catch (error) {
      if (!(error instanceof ObjectStoreError)) throw error;
      notAsked.push(`copy ${name} was not asked: ${error.message}`);
    }
  }
  return { stores, notAsked };
}

function lostError(
  { finding, lostKeys }: Lost,
  more: number,
  notAsked: readonly string[],
): SnapshotError {
  const { problem, objectKey } = finding;
  const told = [
    findingText(finding),
    `what was there is nowhere else${keysText(lostKeys ?? [])}`,
    ...(more === 0 ? [] : [`${String(more)} more objects are lost like this`]),
    ...notAsked,
  ];
  return new SnapshotError(problem, objectKey, told.join("; "));
}

function keysText(keys: readonly string[]): string {
  if (keys.length === 0) return "";
  const named = keys.slice(0, MOST_NAMED).join(", ");
  const rest = keys.length - MOST_NAMED;
  return ` (${named}${rest > 0 ? ` and ${String(rest)} more keys` : ""})`;
}
