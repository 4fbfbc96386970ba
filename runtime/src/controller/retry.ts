import type { Failure } from "../failure.ts";
import { type BackoffSpec, backoffMs } from "./backoff.ts";

/** What is remembered of a key that failed. */
export interface RetryMemory {
  /** Failures in a row that count for the back-off. */
  readonly failures: number;
  /** Lost races in a row. */
  readonly conflicts: number;
}

/** When a failed key runs again, and what is remembered of it. */
export interface Retry {
  readonly delayMs: number;
  readonly memory: RetryMemory;
}

/** A lost race is over once our cache has the other's write. */
const conflictPauseMs = 100;
/** More lost races than this in a row are no accident. */
const maxConflicts = 10;

/**
 * Decides when a failed key runs again: after a lost race almost at once; after a failure that only a
 * change can heal (`invalid`, `alreadyExists`, `denied`, `corrupt`) slowly, as a net below the event that
 * announces the change; else with growing pauses. Never earlier than the other side asked for. Pure.
 *
 * @param slowMs - The slow pause, milliseconds.
 * @param random - Uniform in [0, 1).
 */
export function nextRetry(
  failure: Failure,
  before: RetryMemory | undefined,
  spec: { readonly backoff: BackoffSpec; readonly slowMs: number },
  random: number,
): Retry {
  const conflicts = failure.kind === "conflict" ? (before?.conflicts ?? 0) + 1 : 0;
  if (conflicts > 0 && conflicts <= maxConflicts) {
    const memory = { failures: before?.failures ?? 0, conflicts };
    return { delayMs: Math.max(conflictPauseMs, failure.retryAfterMs ?? 0), memory };
  }
  const memory = { failures: (before?.failures ?? 0) + 1, conflicts };
  const pauseMs = isSlow(failure)
    ? Math.round(spec.slowMs * (1 - spec.backoff.jitter * random))
    : backoffMs(spec.backoff, memory.failures, random);
  return { delayMs: Math.max(pauseMs, failure.retryAfterMs ?? 0), memory };
}

function isSlow(failure: Failure): boolean {
  switch (failure.kind) {
    case "invalid":
    case "alreadyExists":
    case "denied":
    case "corrupt":
      return true;
    case "notFound":
    case "conflict":
    case "precondition":
    case "unavailable":
    case "timeout":
    case "exhausted":
    case "bug":
      return false;
  }
}
