import type { SnapshotReason, VClusterOperation, VClusterSnapshot } from "@open-vcluster/crds";
import type { DecideContext, OperationDecision } from "./decision.ts";
import { type Ending, failed } from "./ending.ts";
import type { Subject } from "./observe.ts";
import { isDeletion } from "./target.ts";

/** Longest work on a snapshot or restore that an operation is kept open for: large stores take hours. */
const DEADLINE_MS = 24 * 60 * 60 * 1_000;
const SHORTEST_WAIT_MS = 1_000;

/**
 * Decides about an operation whose snapshot or restore carries it: the object's own conditions say how the work ends, and
 * its own controller bounds it. Pure.
 */
export function followObject(
  operation: VClusterOperation,
  subject: Subject,
  { nowMs }: DecideContext,
): OperationDecision {
  const ending = endingOf(operation, subject);
  if (ending !== undefined) return { kind: "end", ending };
  const startMs = Date.parse(operation.status?.startedAt ?? "");
  const leftMs = startMs + DEADLINE_MS - nowMs;
  if (leftMs > 0) return { kind: "wait", requeueAfterMs: Math.max(leftMs, SHORTEST_WAIT_MS) };
  const message = `Not carried out within a day; see the conditions of ${subject.kind} ${subject.metadata.name}`;
  return { kind: "end", ending: failed("DEADLINE_EXCEEDED", "OperationTimedOut", message) };
}

/**
 * Whether a snapshot is to be read back from a moment on that answers the operation too: other writes do not wait for a
 * verification, and may take its place before it was seen. Pure.
 */
export function isCovered({ metadata, spec }: VClusterOperation, subject: Subject): boolean {
  if (spec.method !== "VerifySnapshot" || subject.kind !== "VClusterSnapshot") return false;
  const { verifyAfter = "" } = (subject as VClusterSnapshot).spec;
  return Date.parse(verifyAfter) >= Date.parse(metadata.creationTimestamp ?? "");
}

function endingOf({ spec }: VClusterOperation, subject: Subject): Ending | undefined {
  // What is to be gone ends the operation by being gone.
  if (isDeletion(spec.method)) return undefined;
  // What only marks an object is done with the mark.
  if (spec.method === "HoldSnapshot") return { state: "Succeeded" };
  const isAwaited = spec.method === "VerifySnapshot" && isUnread(subject);
  const ready = conditionOf(subject, "Ready");
  if (ready?.status === "True" && !isAwaited) return { state: "Succeeded" };
  if (subject.metadata.deletionTimestamp !== undefined) {
    return failed("ABORTED", "Superseded", `${subject.kind} is being deleted`);
  }
  const stalled = conditionOf(subject, "Stalled");
  if (stalled?.status !== "True" || isAwaited) return undefined;
  const reason = stalled.reason as SnapshotReason;
  return failed(codeOf(spec.method, reason), reason, stalled.message);
}

function codeOf(method: VClusterOperation["spec"]["method"], reason: SnapshotReason): Code {
  if (reason === "NothingSelected") return "INVALID_ARGUMENT";
  const isLoss =
    reason === "SnapshotDamaged" || (reason === "SnapshotMissing" && method === "VerifySnapshot");
  return isLoss ? "DATA_LOSS" : "FAILED_PRECONDITION";
}

type Code = Parameters<typeof failed>[0];

/** Whether a snapshot was not read back yet since the moment that it is to be. */
function isUnread(subject: Subject): boolean {
  if (subject.kind !== "VClusterSnapshot") return false;
  const { spec, status } = subject as VClusterSnapshot;
  return (Date.parse(status?.verificationTime ?? "") || 0) < Date.parse(spec.verifyAfter ?? "");
}

type Condition = NonNullable<NonNullable<Subject["status"]>["conditions"]>[number];

function conditionOf({ status }: Subject, type: string): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
