import type { DescMessage, Message } from "@bufbuild/protobuf";
import {
  CancelOperationResponseSchema,
  CreateVClusterResponseSchema,
  DeleteSnapshotResponseSchema,
  DeleteVClusterResponseSchema,
  GetOperationResponseSchema,
  GetSnapshotResponseSchema,
  GetVClusterCredentialResponseSchema,
  GetVClusterKubeconfigResponseSchema,
  GetVClusterResponseSchema,
  HoldSnapshotResponseSchema,
  ListOperationsResponseSchema,
  ListSnapshotsResponseSchema,
  ListVClustersResponseSchema,
  PlanRestoreResponseSchema,
  RestoreVClusterResponseSchema,
  ResumeVClusterResponseSchema,
  ScaleVClusterResponseSchema,
  SnapshotVClusterResponseSchema,
  SuspendVClusterResponseSchema,
  UpdateVClusterResponseSchema,
  VerifySnapshotResponseSchema,
  WaitOperationResponseSchema,
  WatchEventType,
  WatchVClusterResponseSchema,
} from "@open-vcluster/api";
import type { Caller } from "../harness/caller.ts";

/** What somebody who knows everything about another's virtual cluster could name. */
export interface Target {
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
  readonly operationId: string;
  readonly requestId: string;
  readonly pageToken: string;
  readonly resourceVersion: string;
  /** Id of a snapshot of it. */
  readonly snapshotId: string;
  /** Name of the principal it belongs to. */
  readonly owner: string;
}

/** One thing to try. */
export interface Attempt {
  readonly what: string;
  /** Type of what {@link Attempt.make} answers, if anything. */
  readonly answer: DescMessage;
  /** @param home - a namespace of the caller's own */
  make(caller: Caller, target: Target, home: string): Promise<Message | readonly Message[]>;
}

const at = ({ namespace, name }: Target) => ({ namespace, name });

/** Everything that the API offers, aimed at another's virtual cluster. */
export const ATTEMPTS: readonly Attempt[] = [
  {
    what: "read it",
    answer: GetVClusterResponseSchema,
    make: ({ vclusters }, target) => vclusters.getVCluster(at(target)),
  },
  {
    what: "read it by id",
    answer: GetVClusterResponseSchema,
    make: ({ vclusters }, { id }) => vclusters.getVCluster({ id }),
  },
  {
    what: "read it by id as if it were at home",
    answer: GetVClusterResponseSchema,
    make: ({ vclusters }, { id }, namespace) => vclusters.getVCluster({ id, namespace }),
  },
  {
    what: "read it at a version that it has",
    answer: GetVClusterResponseSchema,
    make: ({ vclusters }, target) =>
      vclusters.getVCluster({ ...at(target), minResourceVersion: target.resourceVersion }),
  },
  {
    what: "read it with its kubeconfig",
    answer: GetVClusterResponseSchema,
    make: ({ vclusters }, { id }) => vclusters.getVCluster({ id, includeKubeconfig: true }),
  },
  {
    what: "read it with its usage",
    answer: GetVClusterResponseSchema,
    make: ({ vclusters }, target) => vclusters.getVCluster({ ...at(target), includeUsage: true }),
  },
  ...["", "exec", "token"].map((format) => ({
    what: `take its kubeconfig, format "${format}"`,
    answer: GetVClusterKubeconfigResponseSchema,
    make: ({ vclusters }: Caller, target: Target) =>
      vclusters.getVClusterKubeconfig({ ...at(target), format }),
  })),
  {
    what: "take a token for it",
    answer: GetVClusterCredentialResponseSchema,
    make: ({ vclusters }, target) => vclusters.getVClusterCredential(at(target)),
  },
  {
    what: "list its namespace",
    answer: ListVClustersResponseSchema,
    make: ({ vclusters }, { namespace }) => vclusters.listVClusters({ namespace }),
  },
  {
    what: "list all namespaces",
    answer: ListVClustersResponseSchema,
    make: ({ vclusters }) => vclusters.listVClusters({}),
  },
  {
    what: "list what its owner has",
    answer: ListVClustersResponseSchema,
    make: ({ vclusters }, { owner }) => vclusters.listVClusters({ owner }),
  },
  {
    what: "list by its name as a field of the selector",
    answer: ListVClustersResponseSchema,
    make: ({ vclusters }, { name }) => vclusters.listVClusters({ labelSelector: `tier=${name}` }),
  },
  {
    what: "go on with its owner's page token",
    answer: ListVClustersResponseSchema,
    make: ({ vclusters }, { namespace, pageToken }) =>
      vclusters.listVClusters({ namespace, pageSize: 1, pageToken }),
  },
  {
    what: "go on at home with its owner's page token",
    answer: ListVClustersResponseSchema,
    make: ({ vclusters }, { pageToken }, namespace) =>
      vclusters.listVClusters({ namespace, pageSize: 1, pageToken }),
  },
  {
    what: "watch its namespace",
    answer: WatchVClusterResponseSchema,
    make: (caller, { namespace }) => watched(caller, { namespace }),
  },
  {
    what: "watch it",
    answer: WatchVClusterResponseSchema,
    make: (caller, target) => watched(caller, at(target)),
  },
  {
    what: "watch all namespaces",
    answer: WatchVClusterResponseSchema,
    make: (caller) => watched(caller, {}),
  },
  {
    what: "watch its name in all namespaces",
    answer: WatchVClusterResponseSchema,
    make: (caller, { name }) => watched(caller, { name }),
  },
  {
    what: "watch all namespaces from before its creation",
    answer: WatchVClusterResponseSchema,
    make: (caller, { resourceVersion }) =>
      watched(caller, { resourceVersion: String(BigInt(resourceVersion) - 1n) }),
  },
  {
    what: "create one of its name in its namespace",
    answer: CreateVClusterResponseSchema,
    make: ({ vclusters }, target) => vclusters.createVCluster(at(target)),
  },
  {
    what: "repeat its creation",
    answer: CreateVClusterResponseSchema,
    make: ({ vclusters }, target) =>
      vclusters.createVCluster({ ...at(target), requestId: target.requestId }),
  },
  {
    what: "try its creation out",
    answer: CreateVClusterResponseSchema,
    make: ({ vclusters }, target) =>
      vclusters.createVCluster({ ...at(target), validateOnly: true }),
  },
  {
    what: "update it",
    answer: UpdateVClusterResponseSchema,
    make: ({ vclusters }, target) =>
      vclusters.updateVCluster({ ...at(target), labels: { taken: "yes" } }),
  },
  {
    what: "update the version that it has",
    answer: UpdateVClusterResponseSchema,
    make: ({ vclusters }, target) =>
      vclusters.updateVCluster({
        ...at(target),
        labels: { taken: "yes" },
        etag: target.resourceVersion,
      }),
  },
  {
    what: "try an update out",
    answer: UpdateVClusterResponseSchema,
    make: ({ vclusters }, target) =>
      vclusters.updateVCluster({ ...at(target), labels: { taken: "yes" }, validateOnly: true }),
  },
  {
    what: "scale it",
    answer: ScaleVClusterResponseSchema,
    make: ({ vclusters }, target) => vclusters.scaleVCluster({ ...at(target), replicas: 3 }),
  },
  {
    what: "suspend it",
    answer: SuspendVClusterResponseSchema,
    make: ({ vclusters }, target) => vclusters.suspendVCluster(at(target)),
  },
  {
    what: "resume it",
    answer: ResumeVClusterResponseSchema,
    make: ({ vclusters }, target) => vclusters.resumeVCluster(at(target)),
  },
  {
    what: "snapshot it",
    answer: SnapshotVClusterResponseSchema,
    make: ({ vclusters }, target) => vclusters.snapshotVCluster(at(target)),
  },
  {
    what: "restore it into one at home",
    answer: RestoreVClusterResponseSchema,
    make: ({ vclusters }, target, newNamespace) =>
      vclusters.restoreVCluster({
        snapshotId: target.snapshotId,
        createNew: true,
        newName: "copy",
        newNamespace,
      }),
  },
  {
    what: "restore it over itself",
    answer: RestoreVClusterResponseSchema,
    make: ({ vclusters }, target) =>
      vclusters.restoreVCluster({ ...at(target), snapshotId: target.snapshotId }),
  },
  {
    what: "plan a restore over it",
    answer: PlanRestoreResponseSchema,
    make: ({ vclusters }, target) =>
      vclusters.planRestore({ ...at(target), snapshotId: target.snapshotId }),
  },
  {
    what: "delete it",
    answer: DeleteVClusterResponseSchema,
    make: ({ vclusters }, target) => vclusters.deleteVCluster(at(target)),
  },
  {
    what: "delete it by force",
    answer: DeleteVClusterResponseSchema,
    make: ({ vclusters }, target) => vclusters.deleteVCluster({ ...at(target), force: true }),
  },
  {
    what: "delete it if it exists",
    answer: DeleteVClusterResponseSchema,
    make: ({ vclusters }, target) =>
      vclusters.deleteVCluster({ ...at(target), allowMissing: true }),
  },
  {
    what: "try its deletion out",
    answer: DeleteVClusterResponseSchema,
    make: ({ vclusters }, target) =>
      vclusters.deleteVCluster({ ...at(target), validateOnly: true }),
  },
  {
    what: "read its operation",
    answer: GetOperationResponseSchema,
    make: ({ operations }, { operationId }) => operations.getOperation({ id: operationId }),
  },
  {
    what: "wait for its operation",
    answer: WaitOperationResponseSchema,
    make: ({ operations }, { operationId }) => operations.waitOperation({ id: operationId }),
  },
  {
    what: "cancel its operation",
    answer: CancelOperationResponseSchema,
    make: ({ operations }, { operationId }) => operations.cancelOperation({ id: operationId }),
  },
  {
    what: "list operations of its namespace",
    answer: ListOperationsResponseSchema,
    make: ({ operations }, { namespace }) => operations.listOperations({ namespace }),
  },
  {
    what: "list all operations",
    answer: ListOperationsResponseSchema,
    make: ({ operations }) => operations.listOperations({}),
  },
  {
    what: "list operations on its name",
    answer: ListOperationsResponseSchema,
    make: ({ operations }, { name }) => operations.listOperations({ vclusterName: name }),
  },
  {
    what: "list its owner's operations",
    answer: ListOperationsResponseSchema,
    make: ({ operations }, { owner }) => operations.listOperations({ requester: owner }),
  },
  {
    what: "list its snapshots",
    answer: ListSnapshotsResponseSchema,
    make: ({ snapshots }, { namespace, name }) =>
      snapshots.listSnapshots({ namespace, vclusterName: name }),
  },
  {
    what: "read a snapshot by its id",
    answer: GetSnapshotResponseSchema,
    make: ({ snapshots }, { snapshotId }) => snapshots.getSnapshot({ id: snapshotId }),
  },
  {
    what: "list all snapshots",
    answer: ListSnapshotsResponseSchema,
    make: ({ snapshots }) => snapshots.listSnapshots({}),
  },
  {
    what: "hold a snapshot by its id",
    answer: HoldSnapshotResponseSchema,
    make: ({ snapshots }, { snapshotId }) => snapshots.holdSnapshot({ id: snapshotId, held: true }),
  },
  {
    what: "verify a snapshot by its id",
    answer: VerifySnapshotResponseSchema,
    make: ({ snapshots }, { snapshotId }) => snapshots.verifySnapshot({ id: snapshotId }),
  },
  {
    what: "delete a snapshot by its id",
    answer: DeleteSnapshotResponseSchema,
    make: ({ snapshots }, { snapshotId }) =>
      snapshots.deleteSnapshot({ id: snapshotId, force: true }),
  },
  {
    what: "reach it by a path behind an own name",
    answer: GetVClusterResponseSchema,
    make: ({ vclusters }, target, home) =>
      vclusters.getVCluster({
        namespace: home,
        name: `../../${target.namespace}/vclusterinstances/${target.name}`,
      }),
  },
  {
    what: "reach its operation by a path",
    answer: GetOperationResponseSchema,
    make: ({ operations }, { operationId }) =>
      operations.getOperation({ id: `x/../${operationId}` }),
  },
];

/** What a watch tells until it is up to date. */
async function watched(
  { vclusters }: Caller,
  request: Parameters<Caller["vclusters"]["watchVCluster"]>[0],
): Promise<readonly Message[]> {
  const messages = [];
  for await (const message of vclusters.watchVCluster(request)) {
    if (message.type === WatchEventType.BOOKMARK) return messages;
    messages.push(message);
  }
  return messages;
}
