import { type Clock, Failure, type Metrics } from "@open-vcluster/runtime";
import { CALLS_LIMITED } from "../metrics/catalog.ts";
import { networkOf } from "../server/network.ts";
import type { AdmissionLimits } from "./admission.ts";
import { createTokenBuckets } from "./token-buckets.ts";

/** Bounds how often one address is refused in full: with a line in the audit and a reason. */
export interface StrangerLimit {
  /** Counts one refusal; answers with the one that replaces it when there were too many, with `retryAfterMs`. */
  count(address: string): Failure | undefined;
}

/** Addresses that are remembered. */
const MAX_ADDRESSES = 10_000;

/** Creates the limit; an address may be refused as often as a caller may call. */
export function createStrangerLimit(
  limits: Pick<AdmissionLimits, "rateLimitPerSecond" | "rateLimitBurst">,
  { clock, metrics }: { readonly clock: Clock; readonly metrics: Metrics },
): StrangerLimit {
  const rate = createTokenBuckets({
    perSecond: limits.rateLimitPerSecond,
    burst: limits.rateLimitBurst,
    maxKeys: MAX_ADDRESSES,
    clock,
  });
  const refusals = metrics.counter(CALLS_LIMITED);
  return {
    count: (address) => {
      const retryAfterMs = rate.take(networkOf(address));
      if (retryAfterMs === 0) return undefined;
      refusals.inc({ reason: "RateLimited" });
      const text = "Too many requests from your address were refused; make them slower";
      return new Failure("exhausted", "RateLimited", text, { retryAfterMs });
    },
  };
}
