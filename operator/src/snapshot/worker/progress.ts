import type { TaskProgress } from "./result.ts";
import type { TaskRun } from "./task-run.ts";

const EVERY_MS = 1_000;

/** Prints progress, at most one line a second. @param nowMs - of a clock that does not jump */
export function createProgress(
  print: (line: string) => void,
  nowMs: () => number,
): TaskRun["tell"] {
  let printedMs = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const atMs = nowMs();
    if (atMs - printedMs < EVERY_MS) return;
    printedMs = atMs;
    const line: TaskProgress = { type: "progress", ...progress };
    print(JSON.stringify(line));
  };
}
