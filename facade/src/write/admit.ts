import { OPERATION_ANNOTATION, type VClusterInstance } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import { isFinished, type Operations } from "./operations.ts";
import type { Wish } from "./wish.ts";

/** The operation that last wrote an instance. Pure. */
export function stampOf(instance: VClusterInstance | undefined): string | undefined {
  return instance?.metadata.annotations?.[OPERATION_ANNOTATION];
}

/**
 * What an instance becomes if a wish is admitted.
 *
 * @throws Failure `notFound`, `alreadyExists`, `conflict` StaleEtag or OperationInProgress, and what the wish throws.
 */
export async function admit(
  wish: Wish,
  current: VClusterInstance | undefined,
  operations: Pick<Operations, "find">,
): Promise<VClusterInstance> {
  const isCreation = wish.method === "CreateVCluster";
  if (isCreation && current !== undefined) throw taken(wish, current);
  if (!isCreation && current === undefined) throw missing(wish);
  if (wish.etag !== "" && wish.etag !== current?.metadata.resourceVersion) throw stale(wish);
  const wanted = wish.wanted(current);
  if (wish.method !== "DeleteVCluster") await refuseWhileAnotherRuns(wish, current, operations);
  return wanted;
}

async function refuseWhileAnotherRuns(
  wish: Wish,
  current: VClusterInstance | undefined,
  operations: Pick<Operations, "find">,
): Promise<void> {
  const stamp = stampOf(current);
  const other = stamp === undefined ? undefined : await operations.find(stamp);
  if (other === undefined || isFinished(other)) return;
  throw new Failure(
    "conflict",
    "OperationInProgress",
    `${textOf(wish)} is in the hands of ${other.spec.method}, operation ${other.metadata.name}; wait for it, then repeat`,
    { facts: { operation: other.metadata.name, method: other.spec.method }, retryAfterMs: 1_000 },
  );
}

/** `NAMESPACE/NAME` of what a wish is about. Pure. */
export function textOf({ target }: Wish): string {
  return `${target.namespace}/${target.name}`;
}

function taken(wish: Wish, { metadata }: VClusterInstance): Failure {
  const advice =
    metadata.deletionTimestamp === undefined
      ? "choose another name"
      : "it is being deleted: wait until it is gone, or choose another name";
  return new Failure(
    "alreadyExists",
    "AlreadyExists",
    `Virtual cluster ${textOf(wish)} exists already; ${advice}`,
    { facts: { namespace: wish.target.namespace, name: wish.target.name } },
  );
}

function missing(wish: Wish): Failure {
  return new Failure(
    "notFound",
    "VclusterNotFound",
    `There is no virtual cluster ${textOf(wish)}; check name and namespace`,
    { facts: { namespace: wish.target.namespace, name: wish.target.name } },
  );
}

function stale(wish: Wish): Failure {
  return new Failure(
    "conflict",
    "StaleEtag",
    `${textOf(wish)} is not the version that etag names; read it again and repeat with its resource_version`,
  );
}
