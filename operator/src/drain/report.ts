import type { InstanceStatusDrain } from "@open-vcluster/crds";
import type { EvictionOutcome } from "./evict.ts";
import type { KeptPod } from "./plan.ts";
import type { PodRef } from "./pod.ts";

/** Entries of a list in the report; the schema allows as many. */
const MAX_ENTRIES = 10;

/** What a pass adds to the report of a drain. */
export interface DrainProgress {
  readonly startedAtMs: number;
  readonly outcomes?: readonly EvictionOutcome[];
  readonly kept?: readonly KeptPod[];
}

/**
 * Carries the report of a drain on. Pure.
 *
 * The count of evictions adds up over the passes of one drain, known by its start. What was refused and kept is what
 * the newest pass saw; a pass without evictions keeps the last refusals.
 */
export function reportDrain(
  previous: InstanceStatusDrain | undefined,
  progress: DrainProgress,
): InstanceStatusDrain {
  const startedAt = new Date(progress.startedAtMs).toISOString();
  const earlier = previous?.startedAt === startedAt ? previous : undefined;
  const { outcomes, kept } = progress;
  const evicted = (outcomes ?? []).filter(({ kind }) => kind === "evicted").length;
  return {
    startedAt,
    evicted: (earlier?.evicted ?? 0) + evicted,
    ...(outcomes === undefined ? refusalsOf(earlier) : refusals(outcomes)),
    ...(kept === undefined ? {} : keptOf(kept)),
  };
}

type Refusals = Pick<InstanceStatusDrain, "refused" | "refusedCount">;

function refusalsOf(earlier: InstanceStatusDrain | undefined): Refusals {
  return {
    refusedCount: earlier?.refusedCount ?? 0,
    refused: earlier?.refused ?? [],
  };
}

function refusals(outcomes: readonly EvictionOutcome[]): Refusals {
  const refused = outcomes.filter((outcome) => outcome.kind === "refused");
  return {
    refusedCount: refused.length,
    refused: refused.slice(0, MAX_ENTRIES).map(({ pod, message }) => entry(pod, message)),
  };
}

function keptOf(kept: readonly KeptPod[]): Pick<InstanceStatusDrain, "kept" | "keptCount"> {
  return {
    keptCount: kept.length,
    kept: kept.slice(0, MAX_ENTRIES).map(({ pod, reason }) => entry(pod, reason)),
  };
}

function entry(pod: PodRef, reason: string): { namespace: string; name: string; reason: string } {
  return { namespace: pod.namespace, name: pod.name, reason };
}
