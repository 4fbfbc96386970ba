import {
  type InstancePowerState,
  OPERATION_ANNOTATION,
  type OperationMethod,
  type VClusterInstance,
} from "@open-vcluster/crds";
import type { Followed } from "./decision.ts";
import type { OperationSeen } from "./observe.ts";

type Condition = NonNullable<NonNullable<VClusterInstance["status"]>["conditions"]>[number];

/** The instance that the operation means: not another one that took its name. Pure. */
export function targetOf({ operation, instance }: OperationSeen): VClusterInstance | undefined {
  const uid = operation.status?.targetUid ?? operation.spec.target.uid;
  return uid === undefined || instance?.metadata.uid === uid ? instance : undefined;
}

/** Name of the operation that last wrote the instance; undefined when none did. Pure. */
export function stampOf({ metadata }: VClusterInstance): string | undefined {
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
    case "UpdateVCluster":
    case "ScaleVCluster":
    case "DeleteVCluster":
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
