import type { JobMark } from "./job-mark.ts";

/** Attempts that were made, and the Jobs that are left of them. */
export interface Attempts {
  readonly jobs: readonly JobMark[];
  /** How many failed. */
  readonly attempts: number;
  /** The pause after the first, milliseconds; it doubles with each. */
  readonly pollMs: number;
  /** How often it doubles at most; absent: with every attempt. */
  readonly mostDoublings?: number;
  readonly nowMs: number;
}

/** How long the next attempt waits after the one that failed last, milliseconds; 0 when it is due. Pure. */
export function pauseMs({
  jobs,
  attempts,
  pollMs,
  mostDoublings = attempts,
  nowMs,
}: Attempts): number {
  if (attempts === 0) return 0;
  const lastMs = Math.max(0, ...jobs.map(({ endedMs }) => endedMs));
  return Math.max(0, lastMs + pollMs * 2 ** Math.min(attempts, mostDoublings) - nowMs);
}
