// Generated from vclusteroperations.yaml by "npm run generate". Do not edit.

/**
 * Method of the API that was called.
 */
export type OperationMethod =
  | "CreateVCluster"
  | "UpdateVCluster"
  | "DeleteVCluster"
  | "ScaleVCluster"
  | "SuspendVCluster"
  | "ResumeVCluster"
  | "SnapshotVCluster"
  | "RestoreVCluster"
  | "DeleteSnapshot"
  | "HoldSnapshot"
  | "VerifySnapshot"
  | "PlanRestore";
/**
 * Its kind.
 */
export type OperationObjectKind = "VClusterSnapshot" | "VClusterRestore";
/**
 * How far it is. Pending: accepted, no effect was seen yet. Running: the instance carries it and the operator is at work. Succeeded: the instance is what was asked for. Failed: it could not be carried out, in time or at all. Cancelled: the caller took it back. Aborted: nothing was ever changed. The last four are final.
 */
export type OperationStatusState =
  "Pending" | "Running" | "Succeeded" | "Failed" | "Cancelled" | "Aborted";
/**
 * The same as state, for people; programs read the state or the conditions.
 */
export type OperationStatusPhase =
  "Pending" | "Running" | "Succeeded" | "Failed" | "Cancelled" | "Aborted";
/**
 * Whether it holds.
 */
export type OperationStatusConditionStatus = "True" | "False" | "Unknown";
/**
 * Name of the status code of the API, as gRPC spells it.
 */
export type OperationStatusErrorCode =
  | "CANCELLED"
  | "UNKNOWN"
  | "INVALID_ARGUMENT"
  | "DEADLINE_EXCEEDED"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "PERMISSION_DENIED"
  | "RESOURCE_EXHAUSTED"
  | "FAILED_PRECONDITION"
  | "ABORTED"
  | "UNIMPLEMENTED"
  | "INTERNAL"
  | "UNAVAILABLE"
  | "DATA_LOSS";

/**
 * VClusterOperation is one accepted write of the API: who asked for what (spec), and what became of it (status). The API makes it before the write; the operator follows it to its end and removes it a day later.
 */
export interface VClusterOperation {
  /**
   * openvcluster.io/v1alpha1
   */
  readonly apiVersion: string;
  /**
   * VClusterOperation
   */
  readonly kind: string;
  readonly metadata: VClusterOperationMetadata;
  readonly spec: VClusterOperationSpec;
  readonly status?: VClusterOperationStatus;
}
/**
 * The parts of ObjectMeta that the product reads.
 */
export interface VClusterOperationMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: {
    readonly [k: string]: string;
  };
  readonly annotations?: {
    readonly [k: string]: string;
  };
}
/**
 * What was asked for. It never changes; only a cancellation can be added.
 */
export interface VClusterOperationSpec {
  readonly method: OperationMethod;
  readonly target: OperationTarget;
  readonly object?: OperationObject;
  readonly requester: OperationRequester;
  /**
   * Id by which the caller recognises the write: the same principal, method and id are the same operation. Absent: the caller gave none.
   */
  readonly requestId?: string;
  /**
   * Digest of the request without its id. A request that comes with the same id and another digest is refused.
   */
  readonly payloadHash: string;
  /**
   * W3C trace context of the call; absent when it was not traced.
   */
  readonly traceparent?: string;
  /**
   * true: the caller no longer wants it. Absent: nobody cancelled. Only a suspension can be cancelled, until its control plane stops; for other methods this has no effect.
   */
  readonly cancel?: boolean;
}
/**
 * The VClusterInstance it is about.
 */
export interface OperationTarget {
  /**
   * Namespace of the instance.
   */
  readonly namespace: string;
  /**
   * Name of the instance.
   */
  readonly name: string;
  /**
   * UID of the instance when the write was accepted. Absent: it did not exist yet, as for CreateVCluster.
   */
  readonly uid?: string;
}
/**
 * The snapshot or restore that was written. Absent: the instance itself was. With it, the status tells of this object, not of the instance.
 */
export interface OperationObject {
  readonly kind: OperationObjectKind;
  /**
   * Namespace of the object.
   */
  readonly namespace: string;
  /**
   * Name of the object.
   */
  readonly name: string;
  /**
   * UID of the object when the write was accepted. Absent: it did not exist yet, as for SnapshotVCluster.
   */
  readonly uid?: string;
}
/**
 * Who asked for it, as authentication saw it.
 */
export interface OperationRequester {
  /**
   * Name of the principal, such as alice@example.com or system:serviceaccount:shop:deployer.
   */
  readonly name: string;
  /**
   * UID of the principal; absent where authentication knows none.
   */
  readonly uid?: string;
  /**
   * The first 64 groups of the principal, for the record.
   *
   * Items: Name of a group.
   */
  readonly groups?: readonly string[];
}
/**
 * What became of it, written by the operator.
 */
export interface VClusterOperationStatus {
  readonly state?: OperationStatusState;
  readonly phase?: OperationStatusPhase;
  /**
   * Observations by type. Ready is True after success, False after any other end and Unknown before the end. Stalled is True after any end but success, and absent otherwise.
   */
  readonly conditions?: readonly OperationStatusCondition[];
  /**
   * The metadata.generation that was last looked at; -1 before the first.
   */
  readonly observedGeneration?: number;
  /**
   * UID of the instance or object that carries the operation; absent until it was seen.
   */
  readonly targetUid?: string;
  /**
   * The metadata.generation of what carries it, at which it is carried out.
   */
  readonly targetGeneration?: number;
  /**
   * When its effect was first seen.
   */
  readonly startedAt?: string;
  /**
   * When it ended.
   */
  readonly finishedAt?: string;
  /**
   * When it may be removed.
   */
  readonly expiresAt?: string;
  /**
   * What is being done now: the reason of the instance's Ready condition, or its phase before there is one. Absent before the start and after the end.
   */
  readonly stage?: string;
  /**
   * What was done, oldest first. Of more than 32 steps the first one and the newest are kept.
   */
  readonly steps?: readonly OperationStatusStep[];
  readonly error?: OperationStatusError;
}
/**
 * One observation.
 */
export interface OperationStatusCondition {
  /**
   * What is observed, in UpperCamelCase.
   */
  readonly type: string;
  readonly status: OperationStatusConditionStatus;
  /**
   * Why, as one word.
   */
  readonly reason: string;
  /**
   * Why, as a sentence.
   */
  readonly message: string;
  /**
   * The metadata.generation this was observed for.
   */
  readonly observedGeneration?: number;
  /**
   * When status last changed.
   */
  readonly lastTransitionTime: string;
}
/**
 * One step.
 */
export interface OperationStatusStep {
  /**
   * The stage that began.
   */
  readonly name: string;
  /**
   * When it began.
   */
  readonly startedAt: string;
  /**
   * What the Ready condition of the instance said.
   */
  readonly message: string;
}
/**
 * Why it did not succeed; absent before the end and after success.
 */
export interface OperationStatusError {
  readonly code: OperationStatusErrorCode;
  /**
   * Why, as one word in UpperCamelCase.
   */
  readonly reason: string;
  /**
   * Why, as a sentence with one cause and one remedy.
   */
  readonly message: string;
}
