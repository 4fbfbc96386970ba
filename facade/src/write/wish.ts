import type { InstanceId, OperationMethod } from "@open-vcluster/crds";
import type { Resource, StoreOf } from "../read/objects.ts";

/** One write as a call wants it. */
export interface Wish<T extends Resource> {
  readonly method: OperationMethod;
  /** What kind of object it is about. */
  readonly store: StoreOf<T>;
  /** The object that is written. */
  readonly target: InstanceId;
  /** The virtual cluster that the object belongs to; absent: it is the object itself. */
  readonly instance?: InstanceId;
  /** Empty: none. */
  readonly requestId: string;
  /** The request in JSON form without its id and without how long the caller waits; the same id needs the same one. */
  readonly payload: unknown;
  /** Version that the caller read; empty: any. */
  readonly etag: string;
  /**
   * What the object shall be. Writes nothing.
   *
   * @param current - Undefined if there is none: only a creation is asked then.
   * @throws Failure `precondition` if the state refuses it, `invalid` if it can never be.
   */
  readonly wanted: (current: T | undefined) => T | Promise<T>;
}

/** What a write did. */
export interface Accepted<T extends Resource> {
  /** As written; undefined when it is gone already. */
  readonly object: T | undefined;
  readonly operationId: string;
  readonly isReplay: boolean;
}

const CREATIONS: ReadonlySet<OperationMethod> = new Set<OperationMethod>([
  "CreateVCluster",
  "SnapshotVCluster",
  "RestoreVCluster",
  "PlanRestore",
]);

/** Whether a wish is for an object that is not there yet. Pure. */
export function isCreation({ method }: Pick<Wish<Resource>, "method">): boolean {
  return CREATIONS.has(method);
}

/** Whether a wish is for the end of an object. Pure. */
export function isDeletion({ method }: Pick<Wish<Resource>, "method">): boolean {
  return method === "DeleteVCluster" || method === "DeleteSnapshot";
}
