import { OPERATION_ANNOTATION, type OperationMethod } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import type { Kind, Resource, Stores } from "../read/objects.ts";
import { isFinished, type Operations } from "./operations.ts";
import { isCreation, isDeletion, type Wish } from "./wish.ts";

/** The operation that last wrote an object. Pure. */
export function stampOf(object: Resource | undefined): string | undefined {
  return object?.metadata.annotations?.[OPERATION_ANNOTATION];
}

/** What only reads an object stands in nobody's way, however long it takes. */
const READS: ReadonlySet<OperationMethod> = new Set<OperationMethod>(["VerifySnapshot"]);

/** What admissions look at. */
export interface AdmitDeps {
  readonly stores: Stores;
  readonly operations: Pick<Operations, "find">;
}

/**
 * What an object becomes if a wish is admitted.
 *
 * @throws Failure `notFound`, `alreadyExists`, `conflict` StaleEtag or OperationInProgress, and what the wish throws.
 */
export async function admit<T extends Resource>(
  wish: Wish<T>,
  current: T | undefined,
  { stores, operations }: AdmitDeps,
): Promise<T> {
  const { kind } = wish.store(stores);
  if (isCreation(wish) && current !== undefined) throw taken(wish, current, kind);
  if (!isCreation(wish) && current === undefined) throw missing(wish, kind);
  if (wish.etag !== "" && wish.etag !== current?.metadata.resourceVersion) throw stale(wish);
  const wanted = await wish.wanted(current);
  if (!isDeletion(wish)) await refuseWhileAnotherRuns(wish, current, operations);
  return wanted;
}

async function refuseWhileAnotherRuns(
  wish: Targeted,
  current: Resource | undefined,
  operations: Pick<Operations, "find">,
): Promise<void> {
  const stamp = stampOf(current);
  const other = stamp === undefined ? undefined : await operations.find(stamp);
  if (other === undefined || isFinished(other) || READS.has(other.spec.method)) return;
  throw new Failure(
    "conflict",
    "OperationInProgress",
    `${textOf(wish)} is in the hands of ${other.spec.method}, operation ${other.metadata.name}; wait for it, then repeat`,
    { facts: { operation: other.metadata.name, method: other.spec.method }, retryAfterMs: 1_000 },
  );
}

/** `NAMESPACE/NAME` of what a wish is about. Pure. */
export function textOf({ target }: Targeted): string {
  return `${target.namespace}/${target.name}`;
}

type Targeted = Pick<Wish<Resource>, "target">;

function taken(wish: Targeted, { metadata }: Resource, { noun }: Kind): Failure {
  const advice =
    metadata.deletionTimestamp === undefined
      ? "choose another name"
      : "it is being deleted: wait until it is gone, or choose another name";
  const what = `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;
  return new Failure(
    "alreadyExists",
    "AlreadyExists",
    `${what} ${textOf(wish)} exists already; ${advice}`,
    { facts: { namespace: wish.target.namespace, name: wish.target.name } },
  );
}

function missing(wish: Targeted, { noun, missing: reason }: Kind): Failure {
  return new Failure(
    "notFound",
    reason,
    `There is no ${noun} ${textOf(wish)}; check name and namespace`,
    { facts: { namespace: wish.target.namespace, name: wish.target.name } },
  );
}

function stale(wish: Targeted): Failure {
  return new Failure(
    "conflict",
    "StaleEtag",
    `${textOf(wish)} is not the version that etag names; read it again and repeat with its resource_version`,
  );
}
