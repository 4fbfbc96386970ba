import {
  type OperationObject,
  VCLUSTER_INSTANCE,
  VCLUSTER_OPERATION,
  VCLUSTER_RESTORE,
  VCLUSTER_SNAPSHOT,
  type VClusterInstance,
  type VClusterOperation,
  type VClusterRestore,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import {
  type Informer,
  type KubeClient,
  keyText,
  type ObjectKey,
  type ResourceType,
} from "@open-vcluster/runtime";
import type { Caches } from "../world/caches.ts";
import { operationMarkOf } from "../world/operation-mark.ts";

/** What an operation may be about. */
export type Subject = VClusterInstance | VClusterSnapshot | VClusterRestore;

/** An operation that has not ended, and what is under the names that it gives. */
export interface OperationSeen {
  readonly operation: VClusterOperation;
  /** Undefined when there is none. */
  readonly instance: VClusterInstance | undefined;
  /** The snapshot or restore that the operation names; undefined when it names none, or there is none. */
  readonly object: VClusterSnapshot | VClusterRestore | undefined;
}

/**
 * Looks into the caches: free, and possibly behind. Within the event that brought a version of an instance it sees
 * that very version, so that a stamp is seen even if the next write replaces it at once.
 */
export function observeCached(caches: Caches, key: ObjectKey): OperationSeen | undefined {
  const mark = caches.operations.get(keyText(key));
  if (mark?.kind !== "open") return undefined;
  const { operation, target } = mark;
  const { object } = operation.spec;
  return {
    operation,
    instance: caches.instances.get(target),
    object: object === undefined ? undefined : cacheOf(caches, object).get(keyText(object)),
  };
}

function cacheOf(
  { snapshots, restores }: Caches,
  { kind }: OperationObject,
): Pick<Informer<VClusterSnapshot | VClusterRestore>, "get"> {
  return kind === "VClusterSnapshot" ? snapshots : restores;
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
  const { operation } = mark;
  const { target, object } = operation.spec;
  return {
    operation,
    instance: await client.get<VClusterInstance>(VCLUSTER_INSTANCE, target, { signal }),
    object:
      object === undefined
        ? undefined
        : await client.get<VClusterSnapshot | VClusterRestore>(TYPES[object.kind], object, {
            signal,
          }),
  };
}

const TYPES = {
  VClusterSnapshot: VCLUSTER_SNAPSHOT,
  VClusterRestore: VCLUSTER_RESTORE,
} as const satisfies Record<OperationObject["kind"], ResourceType>;
