import { Phase } from "@open-vcluster/api";
import type { InstanceStatusPhase, VClusterInstance } from "@open-vcluster/crds";

const TO_WIRE = {
  Pending: Phase.PENDING,
  Creating: Phase.CREATING,
  Running: Phase.RUNNING,
  Scaling: Phase.SCALING,
  Updating: Phase.UPDATING,
  Suspending: Phase.SUSPENDING,
  Suspended: Phase.SUSPENDED,
  Resuming: Phase.RESUMING,
  Snapshotting: Phase.SNAPSHOTTING,
  Restoring: Phase.RESTORING,
  Deleting: Phase.DELETING,
  Error: Phase.ERROR,
} as const satisfies Record<InstanceStatusPhase, Phase>;

/** A phase of a resource in the words of the contract. */
export function phaseToWire(phase: InstanceStatusPhase): Phase {
  return TO_WIRE[phase];
}

const BEFORE_SUSPENSION: ReadonlySet<InstanceStatusPhase> = new Set([
  "Running",
  "Scaling",
  "Updating",
  "Resuming",
]);
const BEFORE_RESUMPTION: ReadonlySet<InstanceStatusPhase> = new Set(["Suspended", "Suspending"]);

/**
 * What a virtual cluster is doing. A status that lags behind its specification is read together with
 * what was asked for since: a suspension that was just accepted is under way.
 */
export function currentPhase(instance: VClusterInstance): InstanceStatusPhase {
  const { metadata, spec, status } = instance;
  if (metadata.deletionTimestamp !== undefined) return "Deleting";
  const phase = status?.phase ?? "Pending";
  const isSettled =
    metadata.generation !== undefined && status?.observedGeneration === metadata.generation;
  if (isSettled) return phase;
  if (spec.powerState === "Suspended") return BEFORE_SUSPENSION.has(phase) ? "Suspending" : phase;
  return BEFORE_RESUMPTION.has(phase) ? "Resuming" : phase;
}
