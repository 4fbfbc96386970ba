import type { Clock, Informer, Metrics } from "@open-vcluster/runtime";
import { CACHE_AGE } from "../metrics/catalog.ts";

/**
 * For how long the answers from these caches may lack what happened since, milliseconds; undefined while all of them
 * follow the API server.
 */
export function cacheAgeMs(caches: readonly Informer<unknown>[]): number | undefined {
  const ages = caches.flatMap((informer) => informer.behindMs() ?? []);
  return ages.length === 0 ? undefined : Math.max(...ages);
}

const INTERVAL_MS = 5_000;

/** Keeps a metric of how long ago each cache last heard of the API server, until the signal aborts. */
export async function reportCacheAges(
  caches: Readonly<Record<string, Informer<unknown>>>,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  const age = metrics.gauge(CACHE_AGE);
  try {
    await Promise.all(Object.values(caches).map(({ synced }) => synced));
    for (;;) {
      for (const [cache, informer] of Object.entries(caches)) {
        const atMs = informer.lastSyncMs();
        if (atMs !== undefined) age.set({ cache }, Math.max(0, clock.nowMs() - atMs) / 1_000);
      }
      await clock.sleep(INTERVAL_MS, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
