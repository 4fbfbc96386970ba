import {
  deleteSnapshot,
  isDamage,
  openKvStore,
  openSnapshot,
  type Progress,
  type Repository,
  SnapshotError,
  type SnapshotRequest,
  writeSnapshot,
} from "../engine/index.ts";
import { openTaskRepository } from "./open-repository.ts";
import { readBack } from "./read-back.ts";
import type { SnapshotResult } from "./result.ts";
import { snapshotResult } from "./snapshot-result.ts";
import type { ImportTask, SnapshotTask } from "./task.ts";
import type { TaskRun } from "./task-run.ts";

/** Takes the snapshot that a task names, unless an earlier run of the task did, and reads it back. */
export function takeSnapshot(task: SnapshotTask, run: TaskRun): Promise<SnapshotResult> {
  const write = async (repository: Repository, kind: SnapshotTask["kind"]): Promise<void> => {
    const store = await openKvStore(task.endpoint, { signal: run.signal });
    try {
      await writeSnapshot({ ...contextOf(repository, run), store }, requestOf(task), { kind });
    } finally {
      store.close();
    }
  };
  return makeSnapshot(task, run, {
    write: (repository) => write(repository, task.kind),
    ...(task.kind === "auto" ? { writeAnew: (repository) => write(repository, "full") } : {}),
  });
}

/** How a snapshot comes to be. */
export interface Writing {
  readonly write: (repository: Repository) => Promise<void>;
  /** Another way, upon nothing that was written before; absent where there is none. */
  readonly writeAnew?: (repository: Repository) => Promise<void>;
}

/** Makes the snapshot of a task, unless an earlier run of the task did, and reads it back. */
export async function makeSnapshot(
  task: SnapshotTask | ImportTask,
  run: TaskRun,
  { write, writeAnew }: Writing,
): Promise<SnapshotResult> {
  const { repository: place, subject, snapId, verifyLevel: level, operation } = task;
  const repository = await openTaskRepository(place, run);
  const readWhole = (): Promise<void> =>
    readBack(repository, { place, subject, snapId, level }, run);
  if (!(await isThere(repository, task, run))) await write(repository);
  try {
    await readWhole();
  } catch (error) {
    if (writeAnew === undefined || !isDamage(error)) throw error;
    // It lies upon what was damaged before: without it, all that is needed is written again.
    const locking = { now: run.now, signal: run.signal, owner: snapId };
    await deleteSnapshot(repository, { uid: subject.uid, snapId }, locking);
    await writeAnew(repository);
    await readWhole();
  }
  const call = { signal: run.signal };
  const snapshot = await openSnapshot(repository, { uid: subject.uid, snapId }, call);
  return snapshotResult(snapshot, { operation, level });
}

/** The engine's request for the snapshot of a task. Pure. */
export function requestOf(task: SnapshotTask | ImportTask): SnapshotRequest {
  const { snapId, subject, facts, trigger, expiresAt, metadata } = task;
  const kept = Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text)] as const);
  return {
    snapId,
    subject: { ...subject, facts },
    trigger,
    metadata: Object.fromEntries(kept),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
  };
}

/** What writing a snapshot of a task takes beside its request. */
export function contextOf(
  repository: Repository,
  { now, signal, tell }: TaskRun,
): {
  readonly repository: Repository;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
} {
  const onProgress = ({ keys, valueBytes: bytes }: Progress): void => {
    tell({ stage: "Reading", keys, bytes });
  };
  return { repository, now, signal, onProgress };
}

async function isThere(
  repository: Repository,
  { subject: { uid }, snapId }: SnapshotTask | ImportTask,
  { signal }: TaskRun,
): Promise<boolean> {
  try {
    await openSnapshot(repository, { uid, snapId }, { signal });
    return true;
  } catch (error) {
    if (error instanceof SnapshotError && error.code === "Missing") return false;
    throw error;
  }
}
