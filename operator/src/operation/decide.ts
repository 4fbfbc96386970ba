import type { VClusterOperation } from "@open-vcluster/crds";
import { CHECKS } from "./checks.ts";
import { deadlineMs } from "./deadline.ts";
import type { DecideContext, Followed, OperationDecision } from "./decision.ts";
import { type Ending, failed } from "./ending.ts";
import { followObject, isCovered } from "./object.ts";
import type { OperationSeen, Subject } from "./observe.ts";
import { stallOf } from "./stall.ts";
import { isDeletion, stampOf, subjectOf } from "./target.ts";

/** Shortest time until another look that no event asked for. */
const SHORTEST_WAIT_MS = 1_000;

/** Decides what becomes of an operation that has not ended. Pure. */
export function decide(seen: OperationSeen, context: DecideContext): OperationDecision {
  return seen.operation.status?.state === "Running" ? follow(seen, context) : accept(seen, context);
}

/** An operation is under way from the moment at which its effect is seen. */
function accept(seen: OperationSeen, { nowMs, settings }: DecideContext): OperationDecision {
  const { metadata, spec } = seen.operation;
  const subject = subjectOf(seen);
  const deletes = isDeletion(spec.method);
  const { uid } = spec.object ?? spec.target;
  if (deletes && uid !== undefined && subject === undefined) return end({ state: "Succeeded" });
  if (subject !== undefined && isWritten(seen.operation, subject)) {
    const isEffective = !deletes || subject.metadata.deletionTimestamp !== undefined;
    if (isEffective) return { kind: "start", subject };
  }
  const acceptedMs = Date.parse(metadata.creationTimestamp ?? "");
  const remainingMs = acceptedMs + settings.acceptTimeoutMs - nowMs;
  if (remainingMs > 0) return { kind: "wait", requeueAfterMs: remainingMs };
  const message =
    "The write was accepted and its effect was never seen: read what it was about, and ask again with a new request id";
  return end({ state: "Aborted", error: { code: "ABORTED", reason: "NotApplied", message } });
}

function isWritten(operation: VClusterOperation, subject: Subject): boolean {
  return stampOf(subject) === operation.metadata.name || isCovered(operation, subject);
}

function follow(seen: OperationSeen, context: DecideContext): OperationDecision {
  const subject = subjectOf(seen);
  if (subject === undefined) return end(withoutSubject(seen));
  const { operation, instance } = seen;
  return instance === undefined || operation.spec.object !== undefined
    ? followObject(operation, subject, context)
    : followInstance({ ...seen, target: instance }, context);
}

function followInstance(followed: Followed, context: DecideContext): OperationDecision {
  for (const check of CHECKS) {
    const ending = check(followed, context);
    if (ending !== undefined) return end(ending);
  }
  return { kind: "wait", requeueAfterMs: untilNextMs(followed, context) };
}

function withoutSubject({ operation }: OperationSeen): Ending {
  if (isDeletion(operation.spec.method)) return { state: "Succeeded" };
  const what = operation.spec.object?.kind ?? "instance";
  return failed("ABORTED", "TargetDeleted", `The ${what} was removed before this was carried out`);
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
