import type { Clock } from "@open-vcluster/runtime";
import { createTokenBuckets } from "./token-buckets.ts";

/** Whether a request that was refused by a limit gets a line in the audit: one of each second stands for the others. */
export type LineLimit = (key: string) => boolean;

/** Keys that are remembered. */
const MAX_KEYS = 10_000;

/** Creates the limit of one replica. */
export function createLineLimit(clock: Clock): LineLimit {
  const lines = createTokenBuckets({ perSecond: 1, burst: 1, maxKeys: MAX_KEYS, clock });
  return (key) => lines.take(key) === 0;
}
