import type { Clock, Informer } from "@open-vcluster/runtime";

/** How long to wait. */
export interface Patience {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock: Clock;
}

/** A cache that tells when it changed. */
export type Told = Pick<Informer<unknown>, "onVersion">;

/**
 * Waits until something is seen in caches; looks at once, and after each new version. False when the time is over.
 * Throws the signal's reason if it aborts first.
 */
export async function untilSeen(
  caches: readonly Told[],
  isSeen: () => boolean,
  { timeoutMs, signal, clock }: Patience,
): Promise<boolean> {
  if (isSeen()) return true;
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const onAbort = (): void => {
    reject(signal?.reason instanceof Error ? signal.reason : new Error("Aborted"));
  };
  const stops = caches.map((cache) =>
    cache.onVersion(() => {
      if (isSeen()) resolve(true);
    }),
  );
  const stopTimer = clock.after(timeoutMs, () => {
    resolve(false);
  });
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await promise;
  } finally {
    for (const stop of stops) stop();
    stopTimer();
    signal?.removeEventListener("abort", onAbort);
  }
}
