import { Code, ConnectError } from "@connectrpc/connect";

/** How long a client waits for an answer. */
export interface Deadline {
  /** Aborts when it is gone, or waits no longer. */
  readonly signal: AbortSignal;
  /** Milliseconds that are left, at least 1; absent: it did not say. */
  leftMs(): number | undefined;
}

/**
 * Begins to count.
 *
 * @param timeoutMs - absent: it did not say how long
 * @param gone - aborts at the latest when its answer is given
 */
export function deadlineOf(timeoutMs: number | undefined, gone: AbortSignal): Deadline {
  if (timeoutMs === undefined) return { signal: gone, leftMs: () => undefined };
  const late = new AbortController();
  const endMs = performance.now() + timeoutMs;
  const timer = setTimeout(() => {
    late.abort(new ConnectError("The deadline passed", Code.DeadlineExceeded));
  }, timeoutMs);
  const stop = (): void => {
    clearTimeout(timer);
  };
  gone.addEventListener("abort", stop, { once: true });
  return {
    signal: AbortSignal.any([gone, late.signal]),
    leftMs: () => Math.max(1, Math.ceil(endMs - performance.now())),
  };
}
