import { importArchive } from "../engine/index.ts";
import { openPlace } from "./open-repository.ts";
import type { SnapshotResult } from "./result.ts";
import { contextOf, makeSnapshot, requestOf } from "./take-snapshot.ts";
import type { ImportTask } from "./task.ts";
import type { TaskRun } from "./task-run.ts";

/** Makes a snapshot of an archive, unless an earlier run of the task did, and reads it back. */
export function importSnapshot(task: ImportTask, run: TaskRun): Promise<SnapshotResult> {
  const { store, key } = task.archive;
  return makeSnapshot(task, run, {
    write: async (repository) => {
      const archive = openPlace(store).getStream(key, { signal: run.signal });
      await importArchive(contextOf(repository, run), requestOf(task), archive);
    },
  });
}
