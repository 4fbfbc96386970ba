import type { Clock } from "@open-vcluster/runtime";

/** Options of {@link createTokenBuckets}. */
export interface TokenBucketOptions {
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Tokens of a bucket that is full. */
  readonly burst: number;
  /** Buckets that are remembered; the one used longest ago is forgotten, and with that full again. */
  readonly maxKeys: number;
  readonly clock: Clock;
}

/** A bucket of tokens for each key. */
export interface TokenBuckets {
  /** Takes one token; answers 0, or after how many milliseconds there will be one. */
  take(key: string): number;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** Creates full buckets; keys need not be known before. */
export function createTokenBuckets(options: TokenBucketOptions): TokenBuckets {
  const { perSecond, burst, maxKeys, clock } = options;
  const buckets = new Map<string, Bucket>();
  return {
    take: (key) => {
      const atMs = clock.monotonicMs();
      const before = buckets.get(key) ?? { tokens: burst, atMs };
      const tokens = Math.min(burst, before.tokens + ((atMs - before.atMs) * perSecond) / 1_000);
      const isAllowed = tokens >= 1;
      buckets.delete(key);
      buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, atMs });
      if (buckets.size > maxKeys) buckets.delete(buckets.keys().next().value ?? key);
      return isAllowed ? 0 : Math.ceil(((1 - tokens) * 1_000) / perSecond);
    },
  };
}
