import type { VClusterOperation } from "@open-vcluster/crds";
import { type Clock, Failure } from "@open-vcluster/runtime";
import type { Kind, Resource } from "../read/objects.ts";
import { refusedField } from "../translate/refuse.ts";
import { admit, stampOf, textOf } from "./admit.ts";
import { carryOut, type EffectDeps, finish } from "./effect.ts";
import { isFinished } from "./operations.ts";
import { type Accepted, isDeletion, type Wish } from "./wish.ts";

/** What {@link replay} needs. */
export interface ReplayDeps extends EffectDeps {
  readonly clock: Clock;
  /** After that the operator closes an operation that has no effect, milliseconds. */
  readonly acceptTimeoutMs: number;
}

/**
 * Answers a request that was recorded before: with what its operation did, or by doing what is still to do.
 *
 * @throws Failure `invalid` RequestIdReused, `conflict` NotApplied, `notFound` TargetDeleted.
 */
export async function replay<T extends Resource>(
  wish: Wish<T>,
  operation: VClusterOperation,
  payloadHash: string,
  deps: ReplayDeps,
): Promise<Accepted<T>> {
  if (operation.spec.payloadHash !== payloadHash) throw reused();
  const objects = wish.store(deps.stores);
  const seen = await objects.read(wish.target);
  const isDone = wasApplied(operation) || stampOf(seen) === operation.metadata.name;
  const object = isDone
    ? await finish(wish, targetOf(wish, operation, seen, objects.kind), deps)
    : await apply(wish, operation, seen, deps);
  objects.wrote(wish.target, object?.metadata.resourceVersion);
  return { object, operationId: operation.metadata.name, isReplay: true };
}

/** Whether the operator saw its effect. */
function wasApplied({ status }: VClusterOperation): boolean {
  return status?.targetUid !== undefined || status?.state === "Succeeded";
}

/** The object that an operation was about; another one of its name is not. */
function targetOf<T extends Resource>(
  wish: Wish<T>,
  { spec, status }: VClusterOperation,
  seen: T | undefined,
  { noun }: Kind,
): T | undefined {
  const uid = status?.targetUid ?? (spec.object ?? spec.target).uid;
  const isTarget = seen !== undefined && (uid === undefined || seen.metadata.uid === uid);
  if (isTarget || isDeletion(wish)) return isTarget ? seen : undefined;
  throw new Failure(
    "notFound",
    "TargetDeleted",
    `The ${noun} ${textOf(wish)} of this request was deleted since; to ask anew, use a new request_id`,
  );
}

async function apply<T extends Resource>(
  wish: Wish<T>,
  operation: VClusterOperation,
  seen: T | undefined,
  deps: ReplayDeps,
): Promise<T | undefined> {
  const { uid } = operation.spec.object ?? operation.spec.target;
  if (isDeletion(wish) && seen?.metadata.uid !== uid) return undefined;
  const present = await deps.operations.read(operation.metadata.name);
  const ageMs = deps.clock.nowMs() - Date.parse(operation.metadata.creationTimestamp ?? "");
  // Well before the operator closes it, so that what is closed as aborted never happens.
  const isInTime = ageMs < deps.acceptTimeoutMs / 2;
  if (present === undefined || isFinished(present) || !isInTime) throw notApplied();
  const wanted = await admit(wish, seen, deps);
  return carryOut(wish, operation, { seen, wanted }, deps);
}

function reused(): Failure {
  return refusedField(
    "request_id",
    "belongs to another request; use a new one for each request, and the same one only to repeat it",
    { reason: "RequestIdReused" },
  );
}

function notApplied(): Failure {
  return new Failure(
    "conflict",
    "NotApplied",
    "The request was recorded and never carried out; nothing changed. Ask again with a new request_id",
  );
}
