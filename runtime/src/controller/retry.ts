import type { Failure, FailureKind } from "../failure.ts";
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
  const { failures, conflicts } = before ?? { failures: 0, conflicts: 0 };
  const askedMs = failure.retryAfterMs ?? 0;
  if (failure.kind === "conflict" && conflicts < maxConflicts) {
    const memory = { failures, conflicts: conflicts + 1 };
    return { delayMs: Math.max(conflictPauseMs, askedMs), memory };
  }
  const pauseMs = SLOW[failure.kind]
    ? Math.round(spec.slowMs * (1 - spec.backoff.jitter * random))
    : backoffMs(spec.backoff, failures + 1, random);
  const memory = {
    failures: failures + 1,
    conflicts: failure.kind === "conflict" ? conflicts : 0,
  };
  return { delayMs: Math.max(pauseMs, askedMs), memory };
}

/** Whether only somebody's act helps, so that trying again soon is useless. */
const SLOW: Readonly<Record<FailureKind, boolean>> = {
  invalid: true,
  alreadyExists: true,
  denied: true,
  corrupt: true,
  notFound: false,
  conflict: false,
  precondition: false,
  unavailable: false,
  timeout: false,
  outOfRange: false,
  exhausted: false,
  bug: false,
};
