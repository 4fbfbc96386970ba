import type { Clock } from "../process/clock.ts";

/** A clock that stands still until it is advanced. */
export interface FakeClock extends Clock {
  /** Moves both clocks and fires what is due, in order; lets promises settle after each timer. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as an administrator or a suspended machine would. */
  jumpWall(ms: number): void;
  /** Delays of the waiting timers, milliseconds, ascending. */
  waitingMs(): readonly number[];
}

/** Creates a clock at a fixed moment. */
export function createFakeClock(startMs: number = Date.UTC(2026, 0, 1)): FakeClock {
  let monotonicMs = 0;
  let wallOffsetMs = startMs;
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  const after = (ms: number, callback: () => void): (() => void) => {
    const timer = { dueMs: monotonicMs + ms, callback };
    timers.add(timer);
    return () => {
      timers.delete(timer);
    };
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    nowMs: () => wallOffsetMs + monotonicMs,
    monotonicMs: () => monotonicMs,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => {
          cancel();
          reject(signal.reason as Error);
        };
        const cancel = after(ms, () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        });
        if (signal.aborted) onAbort();
        else signal.addEventListener("abort", onAbort, { once: true });
      }),
    advance: async (ms) => {
      const endMs = monotonicMs + ms;
      for (;;) {
        await settle();
        const [next] = [...timers]
          .filter((timer) => timer.dueMs <= endMs)
          .sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined) break;
        timers.delete(next);
        monotonicMs = Math.max(monotonicMs, next.dueMs);
        next.callback();
      }
      monotonicMs = endMs;
      await settle();
    },
    jumpWall: (ms) => {
      wallOffsetMs += ms;
    },
    waitingMs: () => [...timers].map((timer) => timer.dueMs - monotonicMs).sort((a, b) => a - b),
  };
}
