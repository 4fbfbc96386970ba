import { encodeResult } from "./encode-result.ts";
import { failureOf, INTERRUPTED } from "./failure.ts";
import { createProgress } from "./progress.ts";
import type { TaskResult } from "./result.ts";
import { runTask } from "./run-task.ts";
import { parseTask, type Task } from "./task.ts";

/** What a worker is given from outside. */
export interface WorkerPorts {
  /** The text of its task. */
  readonly readTask: () => Promise<string>;
  /** Prints a line for whoever watches. */
  readonly print: (line: string) => void;
  /** Prints what only a developer understands. */
  readonly complain: (text: string) => void;
  /** Keeps the result where Kubernetes finds it. */
  readonly keepResult: (line: string) => Promise<void>;
  /** Aborts when the worker is asked to end. */
  readonly signal: AbortSignal;
}

/** The same task may succeed later. */
const MAY_PASS = 1;
/** The same task fails again. */
const FINAL = 2;

/** Does one task and tells its result. Resolves to the exit code. */
export async function runWorker(ports: WorkerPorts): Promise<number> {
  const result = await attempt(ports);
  const line = encodeResult(result);
  ports.print(line);
  await ports.keepResult(line);
  if (result.ok) return 0;
  return result.retry ? MAY_PASS : FINAL;
}

async function attempt({ readTask, print, complain, signal }: WorkerPorts): Promise<TaskResult> {
  let task: Task | undefined;
  try {
    task = parseTask(await readTask());
    const tell = createProgress(print, () => performance.now());
    return await runTask(task, { tell, now: () => new Date(), signal });
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    const failure = failureOf(error, task);
    if (failure.reason === "Unexpected")
      complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return failure;
  }
}
