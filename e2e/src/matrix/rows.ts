import { create, type DescMessage, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { expect } from "@jest/globals";
import {
  OperationService,
  OperationState,
  SnapshotService,
  SnapshotStatus,
  VClusterService,
  WatchEventType,
} from "@open-vcluster/api";
import type { ApiMethod } from "./talk.ts";

/** What requests are about. */
export interface Subject {
  readonly namespace: string;
  readonly name: string;
  /** Of its last write. */
  readonly operationId: string;
  /** Of its last snapshot. */
  readonly snapshotId: string;
}

/** What an error says. */
export interface Refusal {
  readonly code: Code;
  /** Of its ErrorInfo. */
  readonly reason: string;
  /** Of its BadRequest. */
  readonly fields?: readonly string[];
}

/** One method: a call that is answered and one that is refused. */
export interface Row {
  readonly name: string;
  readonly method: ApiMethod;
  readonly rest: string;
  readonly good: (subject: Subject) => Message;
  /** The first answer, or what refuses it at that time. */
  readonly answer: object;
  /** Whether its operation goes on for ever, because nothing here keeps snapshots. */
  readonly isEndless?: boolean;
  /** About an instance that runs. */
  readonly wrong: (subject: Subject) => Message;
  readonly refusal: Refusal;
}

interface Content<I extends DescMessage>
  extends Pick<Row, "rest" | "answer" | "refusal" | "isEndless"> {
  readonly good: (subject: Subject) => MessageInitShape<I>;
  readonly wrong: (subject: Subject) => MessageInitShape<I>;
}

function row<I extends DescMessage>(
  method: ApiMethod & { readonly input: I },
  { rest, good, wrong, ...others }: Content<I>,
): Row {
  return {
    ...call(method, rest, good),
    wrong: (subject) => create<DescMessage>(method.input, wrong(subject)),
    ...others,
  };
}

/** A call alone. */
export type CallRow = Pick<Row, "name" | "method" | "rest" | "good">;

function call<I extends DescMessage>(
  method: ApiMethod & { readonly input: I },
  rest: string,
  good: (subject: Subject) => MessageInitShape<I>,
): CallRow {
  return {
    name: method.name,
    method,
    rest,
    good: (subject) => create<DescMessage>(method.input, good(subject)),
  };
}

function wrongField(field: string): Refusal {
  return { code: Code.InvalidArgument, reason: "INVALID_ARGUMENT", fields: [field] };
}

const at = ({ namespace, name }: Subject): Pick<Subject, "namespace" | "name"> => ({
  namespace,
  name,
});
const operation = ({ operationId }: Subject): { id: string } => ({ id: operationId });

const snapshot = ({ snapshotId }: Subject): { id: string } => ({ id: snapshotId });

const NO_SNAPSHOT = { id: "none" };
const NO_OPERATION = { id: `op-${"0".repeat(32)}` };
const ACCEPTED = { operationId: expect.stringMatching(/^op-[0-9a-f]{32}$/) };
const SUCCEEDED = { operation: { done: true, state: OperationState.SUCCEEDED } };
const CLUSTERS = "/v1/namespaces/{namespace}/vclusters";
const CLUSTER = `${CLUSTERS}/{name}`;
const OPERATION = "/v1/operations/{id}";
const SNAPSHOT = "/v1/snapshots/{id}";
const NO_CLUSTER = { code: Code.NotFound, reason: "VCLUSTER_NOT_FOUND" };
const UNKNOWN_SNAPSHOT = { code: Code.NotFound, reason: "SNAPSHOT_NOT_FOUND" };
const UNKNOWN_OPERATION = { code: Code.NotFound, reason: "OPERATION_NOT_FOUND" };

const { method: clusters } = VClusterService;
const { method: operations } = OperationService;
const { method: snapshots } = SnapshotService;

/** Waits for the operation of the write before it; each write wants one before the next. */
export const WAIT: Row = row(operations.waitOperation, {
  rest: `POST ${OPERATION}:wait`,
  good: (subject) => ({ ...operation(subject), timeout: { seconds: 60n } }),
  answer: SUCCEEDED,
  wrong: () => NO_OPERATION,
  refusal: UNKNOWN_OPERATION,
});

/** Every method but {@link WAIT}, in the order of a life. */
export const LIFE: readonly Row[] = [
  row(clusters.createVCluster, {
    rest: `POST ${CLUSTERS}`,
    good: (subject) => ({ ...at(subject), labels: { made: "here" }, requestId: subject.name }),
    answer: { ...ACCEPTED, vcluster: { labels: { made: "here" } } },
    wrong: ({ namespace }) => ({ namespace, name: "Not A Label" }),
    refusal: wrongField("name"),
  }),
  row(operations.getOperation, {
    rest: `GET ${OPERATION}`,
    good: operation,
    answer: { operation: { method: "CreateVCluster" } },
    wrong: () => NO_OPERATION,
    refusal: UNKNOWN_OPERATION,
  }),
  row(operations.listOperations, {
    rest: "GET /v1/namespaces/{namespace}/operations",
    good: ({ namespace, name }) => ({
      namespace,
      vclusterName: name,
      states: [OperationState.SUCCEEDED],
    }),
    answer: { totalCount: 1, operations: [{ method: "CreateVCluster" }] },
    wrong: ({ namespace }) => ({ namespace, pageSize: -1 }),
    refusal: wrongField("page_size"),
  }),
  row(operations.cancelOperation, {
    rest: `POST ${OPERATION}:cancel`,
    good: operation,
    // It ended before.
    answer: SUCCEEDED,
    wrong: () => NO_OPERATION,
    refusal: UNKNOWN_OPERATION,
  }),
  row(clusters.getVCluster, {
    rest: `GET ${CLUSTER}`,
    good: (subject) => ({ ...at(subject), includeKubeconfig: true }),
    answer: { vcluster: { status: { kubeconfig: expect.stringMatching(/.{100}/) } } },
    wrong: (subject) => ({ ...at(subject), name: "absent" }),
    refusal: NO_CLUSTER,
  }),
  row(clusters.listVClusters, {
    rest: `GET ${CLUSTERS}`,
    good: ({ namespace }) => ({ namespace, labelSelector: "made=here", orderBy: "-create_time" }),
    answer: {
      vclusters: expect.arrayContaining([expect.objectContaining({ namespace: "ovc-matrix" })]),
    },
    wrong: ({ namespace }) => ({ namespace, orderBy: "size" }),
    refusal: wrongField("order_by"),
  }),
  row(clusters.watchVCluster, {
    rest: `GET ${CLUSTERS}:watch`,
    good: at,
    answer: { type: WatchEventType.ADDED, vcluster: { labels: { made: "here" } } },
    wrong: (subject) => ({ ...at(subject), resourceVersion: "yesterday" }),
    refusal: wrongField("resource_version"),
  }),
  row(clusters.getVClusterKubeconfig, {
    rest: `GET ${CLUSTER}/kubeconfig`,
    good: (subject) => ({ ...at(subject), format: "token", validityHours: 2 }),
    answer: { kubeconfig: expect.stringMatching(/.{100}/), expiresAt: expect.anything() },
    wrong: (subject) => ({ ...at(subject), format: "zip" }),
    refusal: wrongField("format"),
  }),
  row(clusters.getVClusterCredential, {
    rest: `GET ${CLUSTER}/credential`,
    good: at,
    answer: { kind: "ExecCredential", status: { token: expect.stringMatching(/.{8}/) } },
    wrong: (subject) => ({ ...at(subject), validityHours: 25 }),
    refusal: wrongField("validity_hours"),
  }),
  row(clusters.updateVCluster, {
    rest: `PATCH ${CLUSTER}`,
    good: (subject) => ({
      ...at(subject),
      spec: { resources: { memoryLimit: "1Gi" } },
      updateMask: { paths: ["spec.resources.memory_limit"] },
    }),
    answer: { ...ACCEPTED, vcluster: { spec: { resources: { memoryLimit: "1Gi" } } } },
    wrong: (subject) => ({ ...at(subject), updateMask: { paths: ["spec.nothing"] } }),
    refusal: wrongField("update_mask.paths[0]"),
  }),
  row(clusters.scaleVCluster, {
    rest: `POST ${CLUSTER}:scale`,
    good: (subject) => ({ ...at(subject), resources: { cpuLimit: "750m" } }),
    answer: { ...ACCEPTED, vcluster: { spec: { resources: { cpuLimit: "750m" } } } },
    wrong: (subject) => ({ ...at(subject), resources: { cpuLimit: "lots" } }),
    refusal: wrongField("resources.cpu_limit"),
  }),
  row(clusters.suspendVCluster, {
    rest: `POST ${CLUSTER}:suspend`,
    good: at,
    answer: ACCEPTED,
    wrong: (subject) => ({ ...at(subject), drainTimeoutSeconds: 5 }),
    refusal: wrongField("drain_timeout_seconds"),
  }),
  row(clusters.resumeVCluster, {
    rest: `POST ${CLUSTER}:resume`,
    good: at,
    answer: ACCEPTED,
    wrong: at,
    refusal: { code: Code.FailedPrecondition, reason: "ALREADY_RUNNING" },
  }),
  row(clusters.snapshotVCluster, {
    rest: `POST ${CLUSTER}:snapshot`,
    good: (subject) => ({ ...at(subject), snapshotName: subject.name, retentionHours: 24 }),
    answer: { ...ACCEPTED, snapshot: { status: SnapshotStatus.CREATING } },
    isEndless: true,
    wrong: (subject) => ({ ...at(subject), snapshotName: "Not A Label" }),
    refusal: wrongField("snapshot_name"),
  }),
  row(snapshots.listSnapshots, {
    rest: "GET /v1/namespaces/{namespace}/snapshots",
    good: ({ namespace, name }) => ({ namespace, vclusterName: name }),
    answer: { totalCount: 1, snapshots: [{ status: SnapshotStatus.CREATING }] },
    wrong: ({ namespace }) => ({ namespace, pageSize: -1 }),
    refusal: wrongField("page_size"),
  }),
  row(snapshots.getSnapshot, {
    rest: `GET ${SNAPSHOT}`,
    good: snapshot,
    answer: { snapshot: { namespace: "ovc-matrix" } },
    wrong: () => NO_SNAPSHOT,
    refusal: UNKNOWN_SNAPSHOT,
  }),
  row(clusters.restoreVCluster, {
    rest: `POST ${CLUSTER}:restore`,
    good: (subject) => ({ ...at(subject), snapshotId: subject.snapshotId }),
    answer: { code: Code.FailedPrecondition, reason: "SNAPSHOT_NOT_READY" },
    wrong: at,
    refusal: wrongField("snapshot_id"),
  }),
  row(clusters.planRestore, {
    rest: `POST ${CLUSTER}:planRestore`,
    good: (subject) => ({ ...at(subject), snapshotId: subject.snapshotId }),
    answer: { code: Code.FailedPrecondition, reason: "SNAPSHOT_NOT_READY" },
    wrong: at,
    refusal: wrongField("snapshot_id"),
  }),
  row(snapshots.verifySnapshot, {
    rest: `POST ${SNAPSHOT}:verify`,
    good: snapshot,
    answer: { code: Code.FailedPrecondition, reason: "SNAPSHOT_NOT_READY" },
    wrong: () => NO_SNAPSHOT,
    refusal: UNKNOWN_SNAPSHOT,
  }),
  row(snapshots.holdSnapshot, {
    rest: `POST ${SNAPSHOT}:hold`,
    good: (subject) => ({ ...snapshot(subject), held: true }),
    // It is being taken.
    answer: { code: Code.Aborted, reason: "OPERATION_IN_PROGRESS" },
    wrong: () => NO_SNAPSHOT,
    refusal: UNKNOWN_SNAPSHOT,
  }),
  row(snapshots.deleteSnapshot, {
    rest: `DELETE ${SNAPSHOT}`,
    good: snapshot,
    answer: { ...ACCEPTED, deleteTime: expect.anything() },
    wrong: () => NO_SNAPSHOT,
    refusal: UNKNOWN_SNAPSHOT,
  }),
  row(clusters.deleteVCluster, {
    rest: `DELETE ${CLUSTER}`,
    good: at,
    answer: { ...ACCEPTED, deleteTime: expect.anything() },
    wrong: (subject) => ({ ...at(subject), name: "absent" }),
    refusal: NO_CLUSTER,
  }),
];

/** Never becomes ready: its pods have the label of those that nobody starts. */
const NEVER_READY = "controlPlane: {statefulSet: {pods: {labels: {broken: 'true'}}}}";

/** Calls about it that wait as long as their client does, in the order of a life. */
export const ENDLESS: readonly CallRow[] = [
  call(clusters.createVCluster, `POST ${CLUSTERS}`, (subject) => ({
    ...at(subject),
    spec: { helmValues: NEVER_READY },
    waitForReady: true,
  })),
  call(operations.waitOperation, `POST ${OPERATION}:wait`, operation),
  call(clusters.watchVCluster, `GET ${CLUSTERS}:watch`, at),
];
