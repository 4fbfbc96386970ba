import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  type Condition,
  ConditionSchema,
  type HelmReleaseInfo,
  HelmReleaseInfoSchema,
  type SnapshotInfo,
  SnapshotInfoSchema,
  type VClusterStatus,
  VClusterStatusSchema,
} from "@open-vcluster/api";
import type {
  InstanceStatusCondition,
  InstanceStatusLastSnapshot,
  InstanceStatusRelease,
  VClusterInstance,
} from "@open-vcluster/crds";
import { currentPhase, phaseToWire } from "./phase.ts";
import { timeOf } from "./time.ts";

// As the schema of the resource says before the first look.
const NEVER_OBSERVED = -1;

/** What was last seen of a virtual cluster. Without kubeconfig and usage, which are no part of a resource. */
export function statusToMessage(instance: VClusterInstance): VClusterStatus {
  const status = instance.status ?? {};
  const { conditions = [], release, lastSnapshot } = status;
  return create(VClusterStatusSchema, {
    phase: phaseToWire(currentPhase(instance)),
    ...readinessOf(conditions),
    conditions: conditions.map(conditionToMessage),
    apiServerEndpoint: status.endpoint ?? "",
    readyReplicas: status.readyReplicas ?? 0,
    totalReplicas: status.replicas ?? 0,
    observedGeneration: BigInt(status.observedGeneration ?? NEVER_OBSERVED),
    lastSnapshot: lastSnapshot === undefined ? undefined : snapshotToMessage(lastSnapshot),
    helmRelease: release === undefined ? undefined : releaseToMessage(release),
  });
}

function readinessOf(
  conditions: readonly InstanceStatusCondition[],
): MessageInitShape<typeof VClusterStatusSchema> {
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready === undefined) return {};
  const { status, reason, message, lastTransitionTime } = ready;
  return {
    reason,
    message,
    readyTime: status === "True" ? timeOf(lastTransitionTime) : undefined,
  };
}

/** When a condition last changed, or the creation, in milliseconds since 1970. */
export function lastChangeMs(instance: VClusterInstance): number {
  const { metadata, status } = instance;
  const times = [
    metadata.creationTimestamp,
    ...(status?.conditions ?? []).map(({ lastTransitionTime }) => lastTransitionTime),
  ].map(timeOf);
  return Math.max(0, ...times.map((time) => (time === undefined ? 0 : timestampMs(time))));
}

function conditionToMessage(condition: InstanceStatusCondition): Condition {
  const { type, status, reason, message, lastTransitionTime } = condition;
  return create(ConditionSchema, {
    type,
    status,
    reason,
    message,
    lastTransitionTime: timeOf(lastTransitionTime),
  });
}

/** Only one that is ready is shown there. */
function snapshotToMessage(snapshot: InstanceStatusLastSnapshot): SnapshotInfo {
  return create(SnapshotInfoSchema, {
    id: snapshot.uid ?? "",
    name: snapshot.name,
    createTime: timeOf(snapshot.completionTime),
    sizeBytes: BigInt(snapshot.storedBytes ?? 0),
    status: "READY",
  });
}

function releaseToMessage(release: InstanceStatusRelease): HelmReleaseInfo {
  return create(HelmReleaseInfoSchema, {
    name: release.name,
    chartVersion: release.chartVersion ?? "",
    appVersion: release.kubernetesVersion ?? "",
    status: release.status ?? "",
    revision: release.revision ?? 0,
  });
}
