import type { TaskProgress } from "./result.ts";

/** How long a bucket is asked again, and may be silent, milliseconds; absent: as the engine does. */
export interface Patience {
  readonly patienceMs?: number;
  readonly silenceMs?: number;
}

/** What an operation is given beside its task. */
export interface TaskRun {
  /** Called as often as there is something to tell; most of it is not printed. */
  readonly tell: (progress: Omit<TaskProgress, "type">) => void;
  readonly now: () => Date;
  /** Aborts when the worker is asked to end. */
  readonly signal: AbortSignal;
  readonly patience?: Patience;
}
