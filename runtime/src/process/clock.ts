import { setTimeout as delay } from "node:timers/promises";

/** Node fires a timer above this at once, so no delay may exceed it (2^31 - 1 ms, 24.8 days). */
export const maxTimerMs: number = 2 ** 31 - 1;

/** Time as a port, so that tests own it. */
export interface Clock {
  /** Wall time, epoch milliseconds; may jump. */
  nowMs(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason if it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls back once after `ms`; returns the cancellation. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = Object.freeze({
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms: number, signal: AbortSignal) => {
    try {
      await delay(clampTimer(ms), undefined, { signal });
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  },
  after: (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, clampTimer(ms));
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
});

/** The nearest delay that a timer can hold. */
export function clampTimer(ms: number): number {
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), maxTimerMs) : maxTimerMs;
}
