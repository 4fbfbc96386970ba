import type { InstanceId, OperationMethod, VClusterInstance } from "@open-vcluster/crds";

/** One write as a call wants it. */
export interface Wish {
  readonly method: OperationMethod;
  readonly target: InstanceId;
  /** Empty: none. */
  readonly requestId: string;
  /** The request in JSON form without its id and without how long the caller waits; the same id needs the same one. */
  readonly payload: unknown;
  /** Version that the caller read; empty: any. */
  readonly etag: string;
  /**
   * What the instance shall be. Pure.
   *
   * @param current - Undefined if there is none: only a creation is asked then.
   * @throws Failure `precondition` if the state refuses it, `invalid` if it can never be.
   */
  readonly wanted: (current: VClusterInstance | undefined) => VClusterInstance;
}

/** What a write did. */
export interface Accepted {
  /** As written; undefined when it is gone already. */
  readonly instance: VClusterInstance | undefined;
  readonly operationId: string;
  readonly isReplay: boolean;
}
