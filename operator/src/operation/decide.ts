import { CHECKS } from "./checks.ts";
import { deadlineMs } from "./deadline.ts";
import type { DecideContext, Followed, OperationDecision } from "./decision.ts";
import { type Ending, failed } from "./ending.ts";
import type { OperationSeen } from "./observe.ts";
import { stallOf } from "./stall.ts";
import { stampOf, targetOf } from "./target.ts";

/** Shortest time until another look that no event asked for. */
const SHORTEST_WAIT_MS = 1_000;

/** Decides what becomes of an operation that has not ended. Pure. */
export function decide(seen: OperationSeen, context: DecideContext): OperationDecision {
  return seen.operation.status?.state === "Running" ? follow(seen, context) : accept(seen, context);
}

/** An operation is under way from the moment at which its effect is seen on the instance. */
function accept(seen: OperationSeen, { nowMs, settings }: DecideContext): OperationDecision {
  const { metadata, spec } = seen.operation;
  const target = targetOf(seen);
  const deletes = spec.method === "DeleteVCluster";
  if (deletes && spec.target.uid !== undefined && target === undefined) {
    return end({ state: "Succeeded" });
  }
  if (target !== undefined && stampOf(target) === metadata.name) {
    const isEffective = !deletes || target.metadata.deletionTimestamp !== undefined;
    if (isEffective) return { kind: "start", target };
  }
  const acceptedMs = Date.parse(metadata.creationTimestamp ?? "");
  const remainingMs = acceptedMs + settings.acceptTimeoutMs - nowMs;
  if (remainingMs > 0) return { kind: "wait", requeueAfterMs: remainingMs };
  const message =
    "The write was accepted and never seen on the instance: read the instance, and ask again with a new request id";
  return end({ state: "Aborted", error: { code: "ABORTED", reason: "NotApplied", message } });
}

function follow(seen: OperationSeen, context: DecideContext): OperationDecision {
  const target = targetOf(seen);
  if (target === undefined) return end(withoutTarget(seen));
  const followed = { ...seen, target };
  for (const check of CHECKS) {
    const ending = check(followed, context);
    if (ending !== undefined) return end(ending);
  }
  return { kind: "wait", requeueAfterMs: untilNextMs(followed, context) };
}

function withoutTarget({ operation }: OperationSeen): Ending {
  return operation.spec.method === "DeleteVCluster"
    ? { state: "Succeeded" }
    : failed("ABORTED", "TargetDeleted", "The instance was removed before this was carried out");
}

/** A deletion is not failed by a stall, so the moment of one may have passed. */
function untilNextMs(followed: Followed, { nowMs, settings }: DecideContext): number {
  const stall = stallOf(followed, settings.stallGraceMs);
  const nextMs = Math.min(deadlineMs(followed, settings.deadlineMs), stall?.failsAtMs ?? Infinity);
  return Math.max(nextMs - nowMs, SHORTEST_WAIT_MS);
}

function end(ending: Ending): OperationDecision {
  return { kind: "end", ending };
}
