import {
  VCLUSTER_OPERATION,
  type VClusterInstance,
  type VClusterOperation,
} from "@open-vcluster/crds";
import { type KubeClient, keyText, type ObjectKey } from "@open-vcluster/runtime";
import type { Caches } from "../world/caches.ts";
import { VCLUSTER_INSTANCES } from "../world/kinds.ts";
import { operationMarkOf } from "../world/operation-mark.ts";

/** An operation that has not ended, and the instance under its target's name. */
export interface OperationSeen {
  readonly operation: VClusterOperation;
  /** Undefined when there is none. */
  readonly instance: VClusterInstance | undefined;
}

/**
 * Looks into the caches: free, and possibly behind. Within the event that brought a version of an instance it sees
 * that very version, so that a stamp is seen even if the next write replaces it at once.
 */
export function observeCached(caches: Caches, key: ObjectKey): OperationSeen | undefined {
  const mark = caches.operations.get(keyText(key));
  if (mark?.kind !== "open") return undefined;
  return { operation: mark.operation, instance: caches.instances.get(mark.target) };
}

/** Asks the API server itself. */
export async function observeLive(
  client: KubeClient,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<OperationSeen | undefined> {
  const raw = await client.get(VCLUSTER_OPERATION, key, { signal });
  const mark = raw === undefined ? undefined : operationMarkOf(raw);
  if (mark?.kind !== "open") return undefined;
  const instance = await client.get<VClusterInstance>(
    VCLUSTER_INSTANCES,
    mark.operation.spec.target,
    { signal },
  );
  return { operation: mark.operation, instance };
}
