import {
  type InstancePowerState,
  OPERATION_ANNOTATION,
  type OperationMethod,
  type VClusterInstance,
} from "@open-vcluster/crds";
import type { Followed } from "./decision.ts";
import type { OperationSeen, Subject } from "./observe.ts";

type Condition = NonNullable<NonNullable<VClusterInstance["status"]>["conditions"]>[number];

/** What the operation was written to, an instance or an object: not another one that took its name. Pure. */
export function subjectOf({ operation, instance, object }: OperationSeen): Subject | undefined {
  const { target, object: named } = operation.spec;
  const uid = operation.status?.targetUid ?? (named ?? target).uid;
  const found = named === undefined ? instance : object;
  return uid === undefined || found?.metadata.uid === uid ? found : undefined;
}

/** Whether the method asks that its subject be gone. Pure. */
export function isDeletion(method: OperationMethod): boolean {
  return method === "DeleteVCluster" || method === "DeleteSnapshot";
}

/** Name of the operation that last wrote it; undefined when none did. Pure. */
export function stampOf({ metadata }: Subject): string | undefined {
  return metadata.annotations?.[OPERATION_ANNOTATION];
}

/** Whether a later operation wrote the instance. A stamp that was merely lost tells of none. Pure. */
export function isRestamped({ operation, target }: Followed): boolean {
  const stamp = stampOf(target);
  return stamp !== undefined && stamp !== operation.metadata.name;
}

/** The power state that a spec asks for. Pure. */
export function wantedPowerOf({ spec }: VClusterInstance): InstancePowerState {
  return spec.powerState ?? "Running";
}

/** The power state that a method asks for; undefined where it leaves it as it is. Pure. */
export function powerOfMethod(method: OperationMethod): InstancePowerState | undefined {
  switch (method) {
    case "CreateVCluster":
    case "ResumeVCluster":
      return "Running";
    case "SuspendVCluster":
      return "Suspended";
    default:
      return undefined;
  }
}

/** A condition of the instance, if it was observed for the generation that the operation made or for a later one. Pure. */
export function conditionSince(
  { operation, target }: Followed,
  type: string,
): Condition | undefined {
  const found = target.status?.conditions?.find((condition) => condition.type === type);
  const since = operation.status?.targetGeneration ?? 0;
  return (found?.observedGeneration ?? -1) >= since ? found : undefined;
}
