import type { WireFieldRule } from "./field-rule.ts";

type Rules = Readonly<Record<string, WireFieldRule>>;

const acts = (effect: string): WireFieldRule => ({ kind: "acts", effect });

const target: Rules = {
  name: acts("names the virtual cluster"),
  namespace: acts("names its namespace; empty is default"),
};
const requestId: Rules = {
  request_id: acts("the same request with the same id is carried out once"),
};
const etag: Rules = { etag: acts("another version now is refused as ABORTED, STALE_ETAG") };
const validateOnly: Rules = { validate_only: acts("checks and answers, writes nothing") };
const page: Rules = {
  page_size: acts("entries in the page"),
  page_token: acts("goes on after the page before"),
};
const minVersion: Rules = { min_resource_version: acts("waits until the answer is that new") };
const filters: Rules = {
  namespaces: acts("spec.filters.namespaces of the VClusterRestore"),
  kinds: acts("spec.filters.kinds of the VClusterRestore"),
  labels: acts("spec.filters.labels of the VClusterRestore"),
};
const snapshotId: Rules = { id: acts("names the snapshot by its UID") };

/** What the server does with each field of each request; the specification has a table of its own. */
export const REQUEST_FIELDS: Readonly<Record<string, Rules>> = {
  CreateVClusterRequest: {
    ...target,
    spec: acts("spec"),
    labels: acts("metadata.labels"),
    ...requestId,
    wait_for_ready: acts("answers when the virtual cluster is ready, with its kubeconfig"),
    timeout_seconds: acts("how long that is waited for"),
    ...validateOnly,
    owner: acts("spec.owner"),
    project: acts("spec.project and the label openvcluster.io/project"),
  },
  GetVClusterRequest: {
    ...target,
    id: acts("names the virtual cluster by its UID"),
    include_kubeconfig: acts("fills status.kubeconfig"),
    ...minVersion,
    include_usage: acts("fills status.current_usage"),
  },
  ListVClustersRequest: {
    namespace: acts("only this namespace"),
    ...page,
    label_selector: acts("only what it matches"),
    phases: acts("only these phases"),
    owner: acts("only of this owner"),
    project: acts("only of this project"),
    order_by: acts("order of the list"),
    ...minVersion,
  },
  UpdateVClusterRequest: {
    ...target,
    spec: acts("spec, where the mask names it"),
    update_mask: acts("which fields change"),
    labels: acts("metadata.labels, where the mask names them"),
    ...requestId,
    ...validateOnly,
    ...etag,
  },
  DeleteVClusterRequest: {
    ...target,
    force: acts("annotation openvcluster.io/force-delete: waits for nothing that hangs"),
    delete_snapshots: acts("deletes its VClusterSnapshots too"),
    grace_period_seconds: acts("grace period of the deletion"),
    ...requestId,
    ...validateOnly,
    ...etag,
    allow_missing: acts("succeeds if there is nothing to delete"),
  },
  ScaleVClusterRequest: {
    ...target,
    resources: acts("spec.controlPlane.resources"),
    replicas: acts("spec.controlPlane.replicas"),
    ...requestId,
    ...validateOnly,
    ...etag,
  },
  SuspendVClusterRequest: {
    ...target,
    drain_workloads: acts("spec.suspend.drain"),
    drain_timeout_seconds: acts("spec.suspend.drainTimeout"),
    create_snapshot: acts("makes a VClusterSnapshot, which comes before the suspension"),
    snapshot_name: acts("name of that VClusterSnapshot"),
    ...requestId,
    ...etag,
    on_timeout: acts("spec.suspend.onTimeout"),
    evict_bare_pods: acts("spec.suspend.evictBarePods"),
  },
  ResumeVClusterRequest: {
    ...target,
    reconcile_workloads: acts("spec.resume.waitForWorkloads"),
    ...requestId,
    ...etag,
  },
  SnapshotVClusterRequest: {
    ...target,
    snapshot_name: acts("name of the VClusterSnapshot"),
    description: acts("spec.description of the VClusterSnapshot"),
    retention_hours: acts("spec.expiresAfter of the VClusterSnapshot"),
    labels: acts("metadata.labels of the VClusterSnapshot"),
    include_workloads: acts("nothing: objects of workloads are always in it, volumes never"),
    ...requestId,
  },
  RestoreVClusterRequest: {
    name: acts("spec.target.instanceRef of the VClusterRestore; not looked at with create_new"),
    namespace: acts("namespace of the virtual cluster; empty is default"),
    snapshot_id: acts("spec.snapshotRef of the VClusterRestore"),
    create_new: acts("spec.target.newInstance instead of instanceRef"),
    new_name: acts("name of the new virtual cluster"),
    new_namespace: acts("its namespace; empty is that of the request"),
    restore_workloads: acts("nothing: objects of workloads are always restored, volumes never"),
    ...requestId,
    ...filters,
    mode: acts("spec.mode of the VClusterRestore"),
    pre_restore_snapshot: acts("spec.preRestoreSnapshot of the VClusterRestore"),
  },
  PlanRestoreRequest: {
    ...target,
    snapshot_id: acts("spec.snapshotRef of a VClusterRestore with dryRun"),
    ...filters,
    ...requestId,
  },
  GetVClusterKubeconfigRequest: {
    ...target,
    format: acts("form of the kubeconfig"),
    validity_hours: acts("how long its token is good for"),
  },
  GetVClusterCredentialRequest: {
    ...target,
    validity_hours: acts("how long the token is good for"),
  },
  WatchVClusterRequest: {
    name: acts("only this virtual cluster"),
    namespace: acts("only this namespace"),
    label_selector: acts("only what it matches"),
    resource_version: acts("only changes after this version"),
  },
  GetOperationRequest: { id: acts("names the operation") },
  ListOperationsRequest: {
    namespace: acts("only of virtual clusters there"),
    vcluster_name: acts("only of virtual clusters with this name"),
    states: acts("only in these states"),
    method: acts("only of this method"),
    requester: acts("only of this principal"),
    ...page,
  },
  WaitOperationRequest: {
    id: acts("names the operation"),
    timeout: acts("how long its end is waited for"),
  },
  CancelOperationRequest: { id: acts("names the operation"), ...requestId },
  ListSnapshotsRequest: {
    vcluster_name: acts("only of this virtual cluster"),
    namespace: acts("only this namespace"),
    ...page,
    label_selector: acts("only what it matches"),
    statuses: acts("only with these statuses"),
    ...minVersion,
  },
  GetSnapshotRequest: {
    ...snapshotId,
    name: acts("names the snapshot"),
    namespace: acts("names its namespace; empty is default"),
    ...minVersion,
  },
  DeleteSnapshotRequest: { ...snapshotId, force: acts("lets go of a hold first"), ...requestId },
  HoldSnapshotRequest: { ...snapshotId, held: acts("spec.hold"), ...requestId },
  VerifySnapshotRequest: {
    ...snapshotId,
    verification: acts("spec.verification, beside spec.verifyAfter: now"),
    ...requestId,
    repair: acts("spec.repair: true"),
  },
};
