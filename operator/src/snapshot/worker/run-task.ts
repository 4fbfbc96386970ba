import { deleteTaskSnapshot } from "./clean-up.ts";
import { importSnapshot } from "./import-snapshot.ts";
import { repairTaskSnapshot } from "./repair-snapshot.ts";
import { restoreSnapshot } from "./restore-snapshot.ts";
import type { TaskSuccess } from "./result.ts";
import { takeSnapshot } from "./take-snapshot.ts";
import type { Task } from "./task.ts";
import type { TaskRun } from "./task-run.ts";
import { verifyTaskSnapshot } from "./verify-snapshot.ts";

/** Does what a task says. It may be killed anywhere and run again. Rejects with an error of the engine. */
export function runTask(task: Task, run: TaskRun): Promise<TaskSuccess> {
  switch (task.operation) {
    case "snapshot":
      return takeSnapshot(task, run);
    case "import":
      return importSnapshot(task, run);
    case "verify":
      return verifyTaskSnapshot(task, run);
    case "repair":
      return repairTaskSnapshot(task, run);
    case "plan":
    case "restore":
      return restoreSnapshot(task, run);
    case "delete":
      return deleteTaskSnapshot(task, run);
  }
}
