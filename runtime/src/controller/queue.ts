import type { Clock } from "../process/clock.ts";

/**
 * Keys to work on. A key waits once, however often it is added; while it runs, an addition makes it run
 * once more afterwards. Ready keys go first in, first out, so that no key starves another.
 */
export interface Queue {
  /** Makes the key ready now. */
  add(key: string): void;
  /** Makes the key ready after a delay; the earliest of several counts. */
  addAfter(key: string, delayMs: number): void;
  /** The next key, from now on running, and how long it was ready; `undefined` if none is. */
  take(): { readonly key: string; readonly waitedMs: number } | undefined;
  /** The key runs no more. */
  finish(key: string): void;
  /** Keys that are ready. */
  depth(): number;
  /** Drops everything and every timer; nothing can be added any more. */
  close(): void;
}

/** Creates an empty queue; `onReady` is called whenever a key may be taken. */
export function createQueue(clock: Clock, onReady: () => void): Queue {
  /** Since when each is ready. */
  const ready = new Map<string, number>();
  const running = new Set<string>();
  const again = new Set<string>();
  const delayed = new Map<string, { readonly dueMs: number; readonly cancel: () => void }>();
  let isClosed = false;

  const add = (key: string): void => {
    if (isClosed) return;
    if (running.has(key)) {
      again.add(key);
    } else if (!ready.has(key)) {
      ready.set(key, clock.monotonicMs());
      onReady();
    }
  };
  const addAfter = (key: string, delayMs: number): void => {
    if (isClosed) return;
    if (delayMs <= 0) {
      add(key);
      return;
    }
    const dueMs = clock.monotonicMs() + delayMs;
    const waiting = delayed.get(key);
    if (waiting !== undefined && waiting.dueMs <= dueMs) return;
    waiting?.cancel();
    const cancel = clock.after(delayMs, () => {
      delayed.delete(key);
      add(key);
    });
    delayed.set(key, { dueMs, cancel });
  };
  return {
    add,
    addAfter,
    take: () => {
      const [first] = ready;
      if (first === undefined) return undefined;
      const [key, sinceMs] = first;
      ready.delete(key);
      running.add(key);
      return { key, waitedMs: clock.monotonicMs() - sinceMs };
    },
    finish: (key) => {
      running.delete(key);
      if (again.delete(key)) add(key);
    },
    depth: () => ready.size,
    close: () => {
      isClosed = true;
      for (const { cancel } of delayed.values()) cancel();
      delayed.clear();
      ready.clear();
      again.clear();
    },
  };
}
