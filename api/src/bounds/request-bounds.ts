import type { FieldBounds } from "./field-bounds.ts";

/** Name of a virtual cluster. */
const name = { pattern: "^[a-z](?:[-a-z0-9]*[a-z0-9])?$", maxLength: 40 };
const namespace = { pattern: "^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$", maxLength: 63 };
/** Name of a snapshot that a call makes; other clients may make longer ones. */
const snapshotName = { pattern: "^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$", maxLength: 63 };
const labelValue = {
  pattern: "^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
  maxLength: 63,
};
/** Opaque texts that clients choose or have read: of printable characters, which the server looks at. */
const id = { maxLength: 128 };
const labels = { maxEntries: 64 };
const selector = { maxLength: 2_048 };
const pageSize = { minimum: 0 };
const validityHours = { minimum: 0, maximum: 24 };
const filteredNamespaces = { ...namespace, maxEntries: 64 };
const filteredKinds = {
  pattern: "^[a-z0-9-]+(?:\\.[a-z0-9.-]+)?$",
  maxLength: 256,
  maxEntries: 64,
};
const filteredLabels = { maxEntries: 16 };

/** Bounds of the fields of requests, by message and field. */
export const REQUEST_BOUNDS: Readonly<Record<string, FieldBounds>> = {
  "CreateVClusterRequest.name": name,
  "CreateVClusterRequest.namespace": namespace,
  "CreateVClusterRequest.request_id": id,
  "CreateVClusterRequest.labels": labels,
  "CreateVClusterRequest.owner": { maxLength: 253 },
  "CreateVClusterRequest.project": labelValue,
  "CreateVClusterRequest.timeout_seconds": { minimum: 0, maximum: 3_600 },
  "GetVClusterRequest.name": name,
  "GetVClusterRequest.namespace": namespace,
  "ListVClustersRequest.namespace": namespace,
  "ListVClustersRequest.page_size": pageSize,
  "ListVClustersRequest.label_selector": selector,
  "UpdateVClusterRequest.name": name,
  "UpdateVClusterRequest.namespace": namespace,
  "UpdateVClusterRequest.request_id": id,
  "UpdateVClusterRequest.etag": id,
  "DeleteVClusterRequest.name": name,
  "DeleteVClusterRequest.namespace": namespace,
  "DeleteVClusterRequest.request_id": id,
  "DeleteVClusterRequest.etag": id,
  "DeleteVClusterRequest.grace_period_seconds": { minimum: 0, maximum: 3_600 },
  "ScaleVClusterRequest.name": name,
  "ScaleVClusterRequest.namespace": namespace,
  "ScaleVClusterRequest.replicas": { oneOf: [1, 3, 5] },
  "ScaleVClusterRequest.request_id": id,
  "ScaleVClusterRequest.etag": id,
  "SuspendVClusterRequest.name": name,
  "SuspendVClusterRequest.namespace": namespace,
  "SuspendVClusterRequest.snapshot_name": snapshotName,
  "SuspendVClusterRequest.request_id": id,
  "SuspendVClusterRequest.etag": id,
  "SuspendVClusterRequest.drain_timeout_seconds": { minimum: 0, maximum: 86_400 },
  "ResumeVClusterRequest.name": name,
  "ResumeVClusterRequest.namespace": namespace,
  "ResumeVClusterRequest.request_id": id,
  "ResumeVClusterRequest.etag": id,
  "SnapshotVClusterRequest.name": name,
  "SnapshotVClusterRequest.namespace": namespace,
  "SnapshotVClusterRequest.snapshot_name": snapshotName,
  "SnapshotVClusterRequest.description": { maxLength: 1_024 },
  "SnapshotVClusterRequest.retention_hours": { minimum: 0, maximum: 87_600 },
  "SnapshotVClusterRequest.labels": labels,
  "SnapshotVClusterRequest.request_id": id,
  "RestoreVClusterRequest.name": name,
  "RestoreVClusterRequest.namespace": namespace,
  "RestoreVClusterRequest.new_name": name,
  "RestoreVClusterRequest.new_namespace": namespace,
  "RestoreVClusterRequest.request_id": id,
  "RestoreVClusterRequest.namespaces": filteredNamespaces,
  "RestoreVClusterRequest.kinds": filteredKinds,
  "RestoreVClusterRequest.labels": filteredLabels,
  "PlanRestoreRequest.name": name,
  "PlanRestoreRequest.namespace": namespace,
  "PlanRestoreRequest.request_id": id,
  "PlanRestoreRequest.namespaces": filteredNamespaces,
  "PlanRestoreRequest.kinds": filteredKinds,
  "PlanRestoreRequest.labels": filteredLabels,
  "GetVClusterKubeconfigRequest.name": name,
  "GetVClusterKubeconfigRequest.namespace": namespace,
  "GetVClusterKubeconfigRequest.format": { oneOf: ["default", "token", "exec"] },
  "GetVClusterKubeconfigRequest.validity_hours": validityHours,
  "GetVClusterCredentialRequest.name": name,
  "GetVClusterCredentialRequest.namespace": namespace,
  "GetVClusterCredentialRequest.validity_hours": validityHours,
  "WatchVClusterRequest.name": name,
  "WatchVClusterRequest.namespace": namespace,
  "WatchVClusterRequest.label_selector": selector,
  "ListSnapshotsRequest.namespace": namespace,
  "ListSnapshotsRequest.page_size": pageSize,
  "ListSnapshotsRequest.label_selector": selector,
  "GetSnapshotRequest.namespace": namespace,
  "DeleteSnapshotRequest.request_id": id,
  "HoldSnapshotRequest.request_id": id,
  "VerifySnapshotRequest.request_id": id,
  "ListOperationsRequest.namespace": namespace,
  "ListOperationsRequest.page_size": pageSize,
};
