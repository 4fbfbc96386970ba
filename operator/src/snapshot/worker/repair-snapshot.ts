import {
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
  const { repository: place, subject, snapId, level } = task;
  const { now, signal } = run;
  run.tell({ stage: "Repairing", keys: 0, bytes: 0 });
  const store = openPlace(place.store);
  const copies = await reachable(task.replicas, signal);
  const locking = { uid: subject.uid, now, signal, owner: snapId };
  const { repaired, lost } = await withWriterLock({ store }, locking, () =>
    repairFrom(store, copies.stores, task, run),
  );
  const [first] = lost;
  if (first !== undefined) throw lostError(first, lost.length - 1, copies.notAsked);
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

async function repairFrom(
  store: ObjectStore,
  replicas: readonly ObjectStore[],
  { repository, subject: { uid }, snapId, endpoint }: RepairTask,
  { signal }: TaskRun,
): Promise<Repair> {
  const options = { ...accessOf(repository.kek), replicas, signal };
  const place = { uid, snapId };
  if (endpoint === undefined) return await repairSnapshot(store, place, options);
  const live = await openKvStore(endpoint, { signal });
  try {
    return await repairSnapshot(store, place, { ...options, live });
  } finally {
    live.close();
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
