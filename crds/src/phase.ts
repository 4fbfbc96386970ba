import type { ConditionType, Reason } from "./conditions.ts";
import type { InstancePowerState, InstanceStatusPhase } from "./gen/vcluster-instance.ts";

/** The part of a condition that the phase depends on. Reasons of other writers are allowed. */
export interface PhaseCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
}

/** What is being done, by the reason of the condition Reconciling. */
const WORK: Readonly<Partial<Record<Reason, InstanceStatusPhase>>> = {
  Installing: "Creating",
  Upgrading: "Updating",
  Scaling: "Scaling",
  Suspending: "Suspending",
  Draining: "Suspending",
  DrainBlocked: "Suspending",
  Resuming: "Resuming",
  WaitingForWorkloads: "Resuming",
};

/** Reasons of ControlPlaneAvailable=False that do not pass by waiting. */
const BROKEN: ReadonlySet<string> = new Set<Reason>([
  "CrashLooping",
  "ImageNotAvailable",
  "Unschedulable",
  "VolumeFull",
  "VolumePending",
  "QuotaExceeded",
]);

/**
 * The phase that people see. Nothing decides by it.
 *
 * Deleting outranks a stall, a stall outranks work in progress, and a suspended instance stays
 * Suspended while its values change. Without any of these the observed parts decide.
 */
export function phaseOf(
  conditions: readonly PhaseCondition[],
  desiredPower: InstancePowerState,
): InstanceStatusPhase {
  const find = (type: ConditionType): PhaseCondition | undefined =>
    conditions.find((condition) => condition.type === type);
  const holds = (type: ConditionType): boolean => find(type)?.status === "True";

  if (holds("Deleting")) return "Deleting";
  if (holds("Stalled") || find("SpecAccepted")?.status === "False") return "Error";
  if (desiredPower === "Suspended" && holds("Suspended")) return "Suspended";
  const work = workOf(find("Reconciling"));
  if (work !== undefined) return work;
  if (!holds("SpecAccepted")) return "Pending";
  if (holds("ControlPlaneAvailable"))
    return desiredPower === "Suspended" ? "Suspending" : "Running";
  if (desiredPower === "Running" && holds("Suspended")) return "Resuming";
  return unavailablePhase(holds("HelmReleased"), find("ControlPlaneAvailable")?.reason);
}

function workOf(reconciling: PhaseCondition | undefined): InstanceStatusPhase | undefined {
  if (reconciling?.status !== "True") return undefined;
  return Object.hasOwn(WORK, reconciling.reason) ? WORK[reconciling.reason as Reason] : undefined;
}

// A control plane that restarts is still the running instance that people know; Ready says the rest.
function unavailablePhase(released: boolean, reason: string | undefined): InstanceStatusPhase {
  if (reason !== undefined && BROKEN.has(reason)) return "Error";
  return released ? "Running" : "Creating";
}
