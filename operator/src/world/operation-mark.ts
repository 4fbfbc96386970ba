import type { OperationStatusState, VClusterOperation } from "@open-vcluster/crds";
import {
  type KubeObject,
  keyText,
  type ObjectKey,
  withoutManagedFields,
} from "@open-vcluster/runtime";

/** An operation that has not ended. */
export interface OpenOperation {
  readonly kind: "open";
  readonly operation: VClusterOperation;
  /** The instance it is about, as `namespace/name`. */
  readonly target: string;
  /** The snapshot or restore it is about, as `KIND/namespace/name`; undefined when it is about the instance. */
  readonly object: string | undefined;
}

/** What stays of an operation that ended: there are many of them, and they only wait for their removal. */
export interface EndedOperation {
  readonly kind: "ended";
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** When it ended, RFC 3339. */
  readonly finishedAt: string;
  /** When it may be removed, RFC 3339; absent where somebody else wrote the end. */
  readonly expiresAt: string | undefined;
  /** The restore that only tells what it would do, and has nobody else to ask for it. */
  readonly plan: (ObjectKey & { readonly uid: string }) | undefined;
}

/** An operation as the informer keeps it. */
export type OperationMark = OpenOperation | EndedOperation;

const ENDS: ReadonlySet<OperationStatusState> = new Set<OperationStatusState>([
  "Succeeded",
  "Failed",
  "Cancelled",
  "Aborted",
]);

/** Reduces an operation to what is needed of it. Pure. */
export function operationMarkOf(raw: KubeObject): OperationMark {
  const operation = withoutManagedFields(raw) as unknown as VClusterOperation;
  const { metadata, status } = operation;
  if (!ENDS.has(status?.state ?? "Pending")) {
    const { target, object } = operation.spec;
    return {
      kind: "open",
      operation,
      target: keyText(target),
      object: object === undefined ? undefined : `${object.kind}/${keyText(object)}`,
    };
  }
  return {
    kind: "ended",
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    uid: metadata.uid ?? "",
    finishedAt: status?.finishedAt ?? metadata.creationTimestamp ?? "",
    expiresAt: status?.expiresAt,
    plan: planOf(operation),
  };
}

function planOf({ spec, status }: VClusterOperation): EndedOperation["plan"] {
  const { method, object } = spec;
  const uid = status?.targetUid;
  if (method !== "PlanRestore" || object === undefined || uid === undefined) return undefined;
  const { namespace, name } = object;
  return { namespace, name, uid };
}
