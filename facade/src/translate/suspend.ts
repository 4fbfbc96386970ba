import { boundsAt, DrainTimeoutAction, type SuspendVClusterRequest } from "@open-vcluster/api";
import {
  formatDuration,
  type InstanceSuspend,
  type InstanceSuspendOnTimeout,
  type VClusterInstance,
} from "@open-vcluster/crds";
import { Failure, type FieldViolation } from "@open-vcluster/runtime";
import { refuseViolations } from "./refuse.ts";
import { stableJson } from "./tree.ts";
import { secondsViolations, targetViolations } from "./validate.ts";

const ON_TIMEOUT: ReadonlyMap<DrainTimeoutAction, InstanceSuspendOnTimeout> = new Map([
  [DrainTimeoutAction.ABORT, "Abort"],
  [DrainTimeoutAction.KEEP, "Keep"],
  [DrainTimeoutAction.DELETE, "Delete"],
]);

/**
 * The resource with the wish to be suspended. How the workloads are treated is as the request says,
 * whatever an earlier suspension said.
 *
 * @throws Failure `invalid` with every violation; `precondition` DrainAborted if the same suspension was given up before.
 */
export function suspended(
  current: VClusterInstance,
  request: SuspendVClusterRequest,
): VClusterInstance {
  refuseViolations([...targetViolations(request), ...drainViolations(request)]);
  const { suspend: earlier, ...spec } = current.spec;
  const suspend = {
    // No field of the request speaks of it.
    ...(earlier?.snapshot === undefined ? {} : { snapshot: earlier.snapshot }),
    ...(request.drainWorkloads ? drainOf(request) : {}),
  };
  const wanted = {
    ...spec,
    powerState: "Suspended" as const,
    ...(Object.keys(suspend).length === 0 ? {} : { suspend }),
  };
  if (stableJson(wanted) === stableJson(current.spec)) {
    throw new Failure(
      "precondition",
      "DrainAborted",
      "The same suspension was given up before: ask with another drain_timeout_seconds or on_timeout, or call ResumeVCluster first",
    );
  }
  return { ...current, spec: wanted };
}

function drainOf(request: SuspendVClusterRequest): InstanceSuspend {
  const onTimeout = ON_TIMEOUT.get(request.onTimeout);
  const seconds = request.drainTimeoutSeconds;
  return {
    drain: true,
    ...(seconds === 0 ? {} : { drainTimeout: formatDuration(seconds * 1000) }),
    ...(onTimeout === undefined ? {} : { onTimeout }),
    ...(request.evictBarePods ? { evictBarePods: true } : {}),
  };
}

function drainViolations(request: SuspendVClusterRequest): readonly FieldViolation[] {
  const { drainWorkloads, drainTimeoutSeconds, onTimeout, evictBarePods } = request;
  const isKnown = onTimeout === DrainTimeoutAction.UNSPECIFIED || ON_TIMEOUT.has(onTimeout);
  const onlyWithDrain = (isSet: boolean, field: string): readonly FieldViolation[] =>
    isSet && !drainWorkloads
      ? [{ field, description: "has no meaning without drain_workloads: set that, or unset this" }]
      : [];
  return [
    ...secondsViolations(
      "drain_timeout_seconds",
      drainTimeoutSeconds,
      boundsAt("SuspendVClusterRequest.drain_timeout_seconds", "minimum", "maximum"),
    ),
    ...onlyWithDrain(drainTimeoutSeconds !== 0, "drain_timeout_seconds"),
    ...onlyWithDrain(onTimeout !== DrainTimeoutAction.UNSPECIFIED, "on_timeout"),
    ...onlyWithDrain(evictBarePods, "evict_bare_pods"),
    ...(isKnown ? [] : [{ field: "on_timeout", description: "must be ABORT, KEEP or DELETE" }]),
    ...(request.snapshotName !== "" && !request.createSnapshot
      ? [{ field: "snapshot_name", description: "has no meaning without create_snapshot" }]
      : []),
  ];
}
