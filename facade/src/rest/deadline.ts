import { Code, ConnectError } from "@connectrpc/connect";
import { startDeadline } from "@open-vcluster/runtime";

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
  const endMs = performance.now() + timeoutMs;
  const { signal, release } = startDeadline({
    signal: gone,
    timeoutMs,
    onTimeout: () => new ConnectError("The deadline passed", Code.DeadlineExceeded),
  });
  gone.addEventListener("abort", release, { once: true });
  return { signal, leftMs: () => Math.max(1, Math.ceil(endMs - performance.now())) };
}
