import { setTimeout as sleep } from "node:timers/promises";
import { ObjectStoreError } from "../object-store.ts";

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
/** A line that damages bytes may do so once; one that always does is told of soon. */
const TRIES_IF_CORRUPT = 4;

/** How long to try again. */
export interface Patience {
  /** From the first failure. */
  readonly patienceMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Repeats what failed for a reason that may pass, after growing delays, until patience ends. */
export async function patiently<T>(patience: Patience, act: () => Promise<T>): Promise<T> {
  let endMs = Number.POSITIVE_INFINITY;
  for (let failures = 0; ; ) {
    try {
      return await act();
    } catch (error) {
      failures += 1;
      endMs = Math.min(endMs, performance.now() + patience.patienceMs);
      const delayMs = delayAfter(failures);
      if (!mayPass(error, failures) || performance.now() + delayMs > endMs) throw error;
      await sleep(delayMs, undefined, { signal: patience.signal }).catch(() => undefined);
      patience.signal?.throwIfAborted();
    }
  }
}

function mayPass(error: unknown, failures: number): boolean {
  if (!(error instanceof ObjectStoreError)) return false;
  return error.code === "Unavailable" || (error.code === "Corrupt" && failures < TRIES_IF_CORRUPT);
}

function delayAfter(failures: number): number {
  const whole = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
  return whole * (0.5 + Math.random() / 2);
}
