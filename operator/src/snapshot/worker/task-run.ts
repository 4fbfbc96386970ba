import type { TaskProgress } from "./result.ts";

/** What an operation is given beside its task. */
export interface TaskRun {
  /** Called as often as there is something to tell; most of it is not printed. */
  readonly tell: (progress: Omit<TaskProgress, "type">) => void;
  readonly now: () => Date;
  /** Aborts when the worker is asked to end. */
  readonly signal: AbortSignal;
}
