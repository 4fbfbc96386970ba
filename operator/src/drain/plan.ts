import type { InstanceSuspendOnTimeout } from "@open-vcluster/crds";
import { classifyPod, type PodClass, type PodRef, refOf, type VirtualPod } from "./pod.ts";

/** What {@link planDrain} looks at. */
export interface DrainSituation {
  readonly pods: readonly VirtualPod[];
  /** Annotation `drain-started` of the target namespace, epoch milliseconds. */
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly timeoutMs: number;
  readonly onTimeout: InstanceSuspendOnTimeout;
  readonly evictBarePods: boolean;
}

/** A pod that stays, and why. */
export interface KeptPod {
  readonly pod: PodRef;
  readonly reason: string;
}

/** The next step of a drain. `left` counts pods that still run and are to go. */
export type DrainPlan =
  | { readonly kind: "evict"; readonly pods: readonly PodRef[]; readonly left: number }
  /** Every pod that is to go is on its way out. */
  | { readonly kind: "wait"; readonly left: number }
  | { readonly kind: "done"; readonly kept: readonly KeptPod[] }
  | {
      readonly kind: "timedOut";
      readonly action: InstanceSuspendOnTimeout;
      /** Pods that still run: to be left, to be deleted, or the reason to give up, as `action` says. */
      readonly pods: readonly PodRef[];
      readonly kept: readonly KeptPod[];
    };

/** Evictions in one pass: bounds the length of a pass and the burst on the virtual API. */
export const MAX_EVICTIONS_PER_PASS = 50;

/** How long deleted pods may take to leave after the timeout before the suspension goes on without them. */
const LEAVE_GRACE_MS = 60_000;

/** Waves in order: a later one starts when nothing of the earlier ones runs any more. DNS goes last. */
const WAVES = [
  ["workload", "bare"],
  ["daemon"],
  ["dns"],
] as const satisfies readonly (readonly PodClass[])[];

/**
 * Plans the next step of a drain. Pure; holds no state: where the drain stands is read from the pods and the start time.
 *
 * Refused evictions are simply tried again in the next pass, until the timeout.
 */
export function planDrain(situation: DrainSituation): DrainPlan {
  const groups = Map.groupBy(situation.pods, classifyPod);
  const isDoomed = (kind: PodClass): boolean => kind !== "bare" || situation.evictBarePods;
  const of = (kinds: readonly PodClass[]): PodRef[] =>
    kinds.filter(isDoomed).flatMap((kind) => (groups.get(kind) ?? []).map(refOf));
  const standing = WAVES.flatMap(of);
  const leaving = of(["leaving"]);
  const kept = situation.evictBarePods ? [] : keptBare(groups.get("bare") ?? []);
  const left = standing.length + leaving.length;
  if (left === 0) return { kind: "done", kept };
  const overdueMs = situation.nowMs - situation.startedAtMs - situation.timeoutMs;
  if (overdueMs >= 0) return timedOut(situation, { standing, leaving, kept }, overdueMs);
  const wave = WAVES.map(of).find((pods) => pods.length > 0) ?? [];
  if (wave.length === 0) return { kind: "wait", left };
  return { kind: "evict", pods: share(wave, situation.nowMs), left };
}

/** Knuth's multiplicative hash: spreads neighbouring times over all pods. */
const SPREAD = 2_654_435_761;

/** A bounded part of the wave that starts elsewhere in every pass, so that blocked pods cannot starve the others. */
function share(wave: readonly PodRef[], nowMs: number): readonly PodRef[] {
  if (wave.length <= MAX_EVICTIONS_PER_PASS) return wave;
  const start = Math.imul(nowMs, SPREAD) >>> 0;
  return Array.from(
    { length: MAX_EVICTIONS_PER_PASS },
    (_, index) => wave[(start + index) % wave.length],
  ).filter((pod) => pod !== undefined);
}

interface Remaining {
  readonly standing: readonly PodRef[];
  readonly leaving: readonly PodRef[];
  readonly kept: readonly KeptPod[];
}

function timedOut(situation: DrainSituation, remaining: Remaining, overdueMs: number): DrainPlan {
  const { standing, leaving, kept } = remaining;
  switch (situation.onTimeout) {
    case "Abort":
      return { kind: "timedOut", action: "Abort", pods: [...standing, ...leaving], kept };
    case "Keep": {
      const stay = [...standing, ...leaving].map((pod) =>
        stays(pod, "It did not go within drainTimeout"),
      );
      return {
        kind: "timedOut",
        action: "Keep",
        pods: [...standing, ...leaving],
        kept: [...kept, ...stay],
      };
    }
    case "Delete":
      return deleteRest(remaining, overdueMs);
  }
}

function deleteRest({ standing, leaving, kept }: Remaining, overdueMs: number): DrainPlan {
  if (standing.length > 0) return { kind: "timedOut", action: "Delete", pods: standing, kept };
  if (overdueMs < LEAVE_GRACE_MS) return { kind: "wait", left: leaving.length };
  const stuck = leaving.map((pod) =>
    stays(pod, "It was deleted, but something keeps it from leaving"),
  );
  return { kind: "done", kept: [...kept, ...stuck] };
}

function keptBare(pods: readonly VirtualPod[]): KeptPod[] {
  return pods.map((pod) =>
    stays(refOf(pod), "No controller would make it again; set suspend.evictBarePods to evict it"),
  );
}

function stays(pod: PodRef, reason: string): KeptPod {
  return { pod, reason };
}
