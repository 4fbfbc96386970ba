import {
  type Collection,
  collect,
  deleteSnapshot,
  type Repository,
  SnapshotError,
} from "../engine/index.ts";
import { openTaskRepository } from "./open-repository.ts";
import type { DeleteResult } from "./result.ts";
import type { DeleteTask } from "./task.ts";
import type { TaskRun } from "./task-run.ts";

/** Ends one snapshot, and removes what no other one refers to. One that is not there is ended already. */
export async function deleteTaskSnapshot(task: DeleteTask, run: TaskRun): Promise<DeleteResult> {
  const { repository: place, subject, snapId } = task;
  run.tell({ stage: "Deleting", keys: 0, bytes: 0 });
  const repository = await openTaskRepository(place, run);
  // The work that made it is over: a lock that it left when it was killed is taken over.
  const locking = { now: run.now, signal: run.signal, owner: snapId };
  await deleteSnapshot(repository, { uid: subject.uid, snapId }, locking);
  const freed = await tryCollecting(repository, task, run);
  return {
    ok: true,
    operation: "delete",
    snapId,
    ...(freed === undefined
      ? {}
      : { freed: { objects: freed.garbage.length, bytes: freed.garbageBytes } }),
  };
}

/**
 * The snapshot is gone whether its room is free or not: while others write, or where a manifest cannot be read, nothing
 * is collected, and the next deletion does it.
 */
async function tryCollecting(
  repository: Repository,
  { snapId, graceSeconds }: DeleteTask,
  { now, signal }: TaskRun,
): Promise<Collection | undefined> {
  try {
    // Of each deletion its own: two collections at once would hold one lock between them.
    const owner = `collect-${snapId}`;
    const options = { now, signal, owner, graceMs: graceSeconds * 1_000 };
    return await collect(repository, { ...options, mostShare: 1 });
  } catch (error) {
    if (error instanceof SnapshotError) return undefined;
    throw error;
  }
}
