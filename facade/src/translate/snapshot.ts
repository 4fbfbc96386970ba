import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Snapshot, SnapshotSchema, SnapshotStatus } from "@open-vcluster/api";
import type {
  SnapshotStatusPhase,
  VClusterSnapshot,
  VClusterSnapshotStatus,
} from "@open-vcluster/crds";
import { timeOf } from "./time.ts";
import { toWorkProgress } from "./work-progress.ts";

const STATUSES = {
  Pending: SnapshotStatus.CREATING,
  Creating: SnapshotStatus.CREATING,
  Verifying: SnapshotStatus.CREATING,
  Ready: SnapshotStatus.READY,
  Failed: SnapshotStatus.FAILED,
  Deleting: SnapshotStatus.DELETING,
} as const satisfies Record<SnapshotStatusPhase, SnapshotStatus>;

/** A snapshot as the contract shows it. Pure. */
export function toSnapshot(snapshot: VClusterSnapshot): Snapshot {
  const { metadata, spec } = snapshot;
  return create(SnapshotSchema, {
    id: metadata.uid ?? "",
    name: metadata.name,
    vclusterName: spec.instanceRef.name,
    namespace: metadata.namespace ?? "",
    createTime: timeOf(metadata.creationTimestamp),
    labels: { ...metadata.labels },
    description: spec.description ?? "",
    held: spec.hold === true,
    resourceVersion: metadata.resourceVersion ?? "",
    ...seenOf(snapshot),
  });
}

/** What its status tells. */
function seenOf(snapshot: VClusterSnapshot): MessageInitShape<typeof SnapshotSchema> {
  const { status = {} } = snapshot;
  return {
    status: snapshotStatus(snapshot),
    ...readinessOf(status),
    vclusterId: status.instanceUID ?? "",
    sizeBytes: BigInt(status.storedBytes ?? 0),
    expireTime: timeOf(status.expirationTime),
    storageUri: storageOf(status),
    verifiedLevel: status.verifiedLevel ?? "",
    verifyTime: timeOf(status.verificationTime),
    type: status.type ?? "",
    keys: BigInt(status.keys ?? 0),
    stage: status.progress?.stage ?? "",
    ...progressOf(status),
  };
}

function progressOf({ progress }: VClusterSnapshotStatus): Pick<Snapshot, "progress"> {
  return progress === undefined ? {} : { progress: toWorkProgress(progress) };
}

function readinessOf({
  conditions = [],
}: VClusterSnapshotStatus): MessageInitShape<typeof SnapshotSchema> {
  const ready = conditions.find(({ type }) => type === "Ready");
  return ready === undefined ? {} : { reason: ready.reason, message: ready.message };
}

/** Whether a snapshot can be used, in the words of the contract. Pure. */
export function snapshotStatus({ metadata, status }: VClusterSnapshot): SnapshotStatus {
  if (metadata.deletionTimestamp !== undefined) return SnapshotStatus.DELETING;
  return STATUSES[status?.phase ?? "Pending"];
}

function storageOf({ location, snapshotID }: VClusterSnapshotStatus): string {
  if (location === undefined || snapshotID === undefined) return "";
  return `vclustersnapshotlocations/${location.namespace}/${location.name}/${snapshotID}`;
}
