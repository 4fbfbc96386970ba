import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import {
  ErrorInfoSchema,
  type Operation,
  OperationSchema,
  OperationState,
  type OperationStep,
  OperationStepSchema,
  type OperationTargetSchema,
  type Status,
  StatusSchema,
} from "@open-vcluster/api";
import type {
  OperationMethod,
  OperationStatusError,
  OperationStatusErrorCode,
  OperationStatusState,
  OperationStatusStep,
  VClusterOperation,
  VClusterOperationStatus,
} from "@open-vcluster/crds";
import { ERROR_DOMAIN, wireReason } from "./reason.ts";
import { timeOf } from "./time.ts";

const STATES = {
  Pending: OperationState.PENDING,
  Running: OperationState.RUNNING,
  Succeeded: OperationState.SUCCEEDED,
  Failed: OperationState.FAILED,
  Cancelled: OperationState.CANCELLED,
  Aborted: OperationState.ABORTED,
} as const satisfies Record<OperationStatusState, OperationState>;

// google.rpc.Code.
const CODES: Readonly<Record<OperationStatusErrorCode, number>> = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
};

const CANCEL_ADVICE: Readonly<Record<OperationMethod, string>> = {
  CreateVCluster: "A creation is undone by DeleteVCluster",
  UpdateVCluster: "An update is undone by another UpdateVCluster",
  ScaleVCluster: "A scaling is undone by another ScaleVCluster",
  SuspendVCluster: "The suspension is being cancelled already",
  ResumeVCluster: "A resumption is undone by SuspendVCluster",
  DeleteVCluster: "A deletion cannot be undone",
  SnapshotVCluster: "A snapshot is undone by DeleteSnapshot",
  RestoreVCluster: "A restore is undone by restoring the snapshot that was taken before it",
  DeleteSnapshot: "A deletion cannot be undone",
  VerifySnapshot: "A verification changes nothing; it ends when the snapshot was read",
  PlanRestore: "A plan changes nothing; it ends by itself",
  HoldSnapshot: "A hold is undone by another HoldSnapshot",
};

/** An accepted write as the contract shows it, without the virtual cluster it is about. */
export function toOperation(resource: VClusterOperation): Operation {
  const { metadata, spec, status } = resource;
  const { startedAt, finishedAt } = status ?? {};
  const state = status?.state ?? "Pending";
  const isDone = state !== "Pending" && state !== "Running";
  return create(OperationSchema, {
    id: metadata.name,
    method: spec.method,
    state: STATES[state],
    target: targetOf(resource),
    requester: spec.requester.name,
    requestId: spec.requestId ?? "",
    createTime: timeOf(metadata.creationTimestamp),
    updateTime: timeOf(finishedAt ?? startedAt ?? metadata.creationTimestamp),
    endTime: timeOf(finishedAt),
    done: isDone,
    ...(isDone ? {} : cancellationOf(resource)),
    ...progressOf(status ?? {}),
  });
}

function targetOf({
  spec,
  status,
}: VClusterOperation): MessageInitShape<typeof OperationTargetSchema> {
  const { namespace, name, uid } = spec.target;
  const seen = spec.object === undefined ? status?.targetUid : undefined;
  return { namespace, name, id: uid ?? seen ?? "" };
}

/** What was done so far, and how it ended. */
function progressOf(status: VClusterOperationStatus): {
  [field in "stage" | "steps" | "error" | "expireTime"]: Operation[field];
} {
  const { stage, steps, error, expiresAt } = status;
  return {
    stage: stage ?? "",
    steps: (steps ?? []).map(stepToMessage),
    error: error === undefined ? undefined : errorToMessage(error),
    expireTime: timeOf(expiresAt),
  };
}

/** Whether an operation that goes on could be cancelled, or what to do instead. */
function cancellationOf({
  spec,
}: VClusterOperation): Pick<Operation, "cancellable" | "cancelAdvice"> {
  const cancellable = spec.method === "SuspendVCluster" && spec.cancel !== true;
  return { cancellable, cancelAdvice: cancellable ? "" : CANCEL_ADVICE[spec.method] };
}

function stepToMessage({ name, startedAt, message }: OperationStatusStep): OperationStep {
  return create(OperationStepSchema, { name, message, startTime: timeOf(startedAt) });
}

function errorToMessage({ code, reason, message }: OperationStatusError): Status {
  const info = create(ErrorInfoSchema, { reason: wireReason(reason), domain: ERROR_DOMAIN });
  return create(StatusSchema, {
    code: CODES[code],
    message,
    details: [anyPack(ErrorInfoSchema, info)],
  });
}
