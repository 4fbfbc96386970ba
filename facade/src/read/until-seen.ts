import type { Clock, Informer } from "@open-vcluster/runtime";

/** How long to wait. */
export interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * Waits until something is seen in a cache; looks at once, and after each new version. False when the time is over.
 * Throws the signal's reason if it aborts first.
 */
export async function untilSeen(
  informer: Pick<Informer<unknown>, "onVersion">,
  isSeen: () => boolean,
  { timeoutMs, signal, clock }: Patience,
): Promise<boolean> {
  if (isSeen()) return true;
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const onAbort = (): void => {
    reject(signal.reason instanceof Error ? signal.reason : new Error("Aborted"));
  };
  const stopListening = informer.onVersion(() => {
    if (isSeen()) resolve(true);
  });
  const stopTimer = clock.after(timeoutMs, () => {
    resolve(false);
  });
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await promise;
  } finally {
    stopListening();
    stopTimer();
    signal.removeEventListener("abort", onAbort);
  }
}
