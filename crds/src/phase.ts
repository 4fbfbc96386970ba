import type { ConditionType, Reason } from "./conditions.ts";
import type { InstancePowerState, InstanceStatusPhase } from "./gen/vcluster-instance.ts";

/** The part of a condition that the phase depends on. Reasons of other writers are allowed. */
export interface PhaseCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
}

/** What is being done, by the reason of the condition Reconciling. */
const WORK_PHASES: Readonly<Partial<Record<Reason, InstanceStatusPhase>>> = {
  Installing: "Creating",
  Upgrading: "Updating",
  Scaling: "Scaling",
  Suspending: "Suspending",
  Draining: "Suspending",
  DrainBlocked: "Suspending",
  Resuming: "Resuming",
  WaitingForWorkloads: "Resuming",
  Restoring: "Restoring",
  Snapshotting: "Snapshotting",
};

/** Reasons of ControlPlaneAvailable=False that do not pass by waiting. */
export const BROKEN: ReadonlySet<Reason> = new Set<Reason>([
  "CrashLooping",
  "ImageNotAvailable",
  "Unschedulable",
  "PodsRefused",
  "ConfigError",
  "VolumeFull",
  "VolumePending",
  "QuotaExceeded",
]);

interface View {
  readonly suspendWanted: boolean;
  readonly reconciling: PhaseCondition | undefined;
  readonly storeUse: PhaseCondition | undefined;
  readonly unavailableReason: string | undefined;
  readonly holds: (type: ConditionType) => boolean;
  readonly refused: (type: ConditionType) => boolean;
}

type Check = (view: View) => InstanceStatusPhase | undefined;

/** In order; the first that speaks wins. */
const CHECKS: readonly Check[] = [
  ({ holds }) => (holds("Deleting") ? "Deleting" : undefined),
  ({ holds, refused }) => (holds("Stalled") || refused("SpecAccepted") ? "Error" : undefined),
  // Before the work: a suspended instance whose values change is still suspended.
  ({ holds, suspendWanted }) => (suspendWanted && holds("Suspended") ? "Suspended" : undefined),
  ({ reconciling }) => workPhaseOf(reconciling),
  ({ storeUse }) => workPhaseOf(storeUse),
  ({ holds }) => (holds("SpecAccepted") ? undefined : "Pending"),
  ({ holds, suspendWanted }) => {
    if (!suspendWanted) return undefined;
    return holds("HelmReleased") ? "Suspending" : "Creating";
  },
  ({ holds }) => (holds("ControlPlaneAvailable") ? "Running" : undefined),
  ({ holds }) => (holds("Suspended") ? "Resuming" : undefined),
  ({ unavailableReason }) => (BROKEN.has(unavailableReason as Reason) ? "Error" : undefined),
  ({ holds }) => (holds("HelmReleased") ? undefined : "Creating"),
];

/**
 * The phase that people see. Nothing decides by it.
 *
 * Deleting outranks a stall, a stall outranks work in progress, and a suspended instance stays
 * Suspended while its values change. Without any of these the observed parts decide. A control
 * plane that restarts is still Running, the instance that people know; Ready says the rest.
 */
export function phaseOf(
  conditions: readonly PhaseCondition[],
  desiredPower: InstancePowerState,
): InstanceStatusPhase {
  const find = (type: ConditionType): PhaseCondition | undefined =>
    conditions.find((condition) => condition.type === type);
  const view: View = {
    suspendWanted: desiredPower === "Suspended",
    reconciling: find("Reconciling"),
    storeUse: find("StoreInUse"),
    unavailableReason: find("ControlPlaneAvailable")?.reason,
    holds: (type) => find(type)?.status === "True",
    refused: (type) => find(type)?.status === "False",
  };
  for (const check of CHECKS) {
    const phase = check(view);
    if (phase !== undefined) return phase;
  }
  return "Running";
}

/** The phase of the work that a condition Reconciling or StoreInUse tells; undefined when it tells none. Pure. */
export function workPhaseOf(work: PhaseCondition | undefined): InstanceStatusPhase | undefined {
  if (work?.status !== "True") return undefined;
  const { reason } = work;
  return Object.hasOwn(WORK_PHASES, reason) ? WORK_PHASES[reason as Reason] : undefined;
}
