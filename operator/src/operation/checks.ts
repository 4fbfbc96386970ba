import { boundedMessage } from "@open-vcluster/runtime";
import { deadlineMs } from "./deadline.ts";
import type { DecideContext, Followed } from "./decision.ts";
import { type Ending, failed } from "./ending.ts";
import { stallOf } from "./stall.ts";
import { conditionSince, isRestamped, powerOfMethod, stampOf, wantedPowerOf } from "./target.ts";

/** One way to end: an ending, or nothing to say. */
export type Check = (followed: Followed, context: DecideContext) => Ending | undefined;

/** Checks in order; the first that speaks wins. */
export const CHECKS: readonly Check[] = [
  targetReached, // what came true stays true, whatever was asked for since
  takenBack, // the caller no longer wants it
  superseded, // somebody asked for something else
  stalled, // nothing moves until somebody acts
  outOfTime, // the instance goes on, the operation does not
];

function targetReached(followed: Followed): Ending | undefined {
  const { method } = followed.operation.spec;
  const ready = conditionSince(followed, "Ready");
  if (method === "DeleteVCluster" || ready?.status !== "True") return undefined;
  // After a later write only what was observed for our own generation speaks for us.
  const isOurs = ready.observedGeneration === followed.operation.status?.targetGeneration;
  if (isRestamped(followed) && !isOurs) return undefined;
  const wanted = powerOfMethod(method);
  const reached = ready.reason === "Suspended" ? "Suspended" : "Running";
  return wanted === undefined || wanted === reached ? { state: "Succeeded" } : undefined;
}

function takenBack({ operation, target }: Followed): Ending | undefined {
  const { method, cancel } = operation.spec;
  if (method !== "SuspendVCluster" || cancel !== true) return undefined;
  if (wantedPowerOf(target) !== "Running") return undefined;
  const message =
    "The suspension was cancelled: the instance runs, and pods that were evicted before are started again by their controllers";
  return { state: "Cancelled", error: { code: "CANCELLED", reason: "Cancelled", message } };
}

function superseded(followed: Followed): Ending | undefined {
  const { operation, target } = followed;
  const { method } = operation.spec;
  if (method === "DeleteVCluster") return undefined;
  if (target.metadata.deletionTimestamp !== undefined) {
    return failed("ABORTED", "Superseded", "The instance is being deleted");
  }
  if (isRestamped(followed)) {
    const message = `Operation ${stampOf(target) ?? ""} asked for something else before this one was carried out`;
    return failed("ABORTED", "Superseded", message);
  }
  const wanted = powerOfMethod(method);
  const asked = wantedPowerOf(target);
  if (wanted === undefined || wanted === asked) return undefined;
  const message = `spec.powerState of the instance was set to ${asked} before this operation was carried out`;
  return failed("ABORTED", "Superseded", message);
}

function stalled(followed: Followed, { nowMs, settings }: DecideContext): Ending | undefined {
  if (followed.operation.spec.method === "DeleteVCluster") return undefined;
  const stall = stallOf(followed, settings.stallGraceMs);
  return stall !== undefined && stall.failsAtMs <= nowMs ? stall.ending : undefined;
}

function outOfTime(followed: Followed, { nowMs, settings }: DecideContext): Ending | undefined {
  if (nowMs < deadlineMs(followed, settings.deadlineMs)) return undefined;
  const ready = followed.target.status?.conditions?.find(({ type }) => type === "Ready");
  const waitsFor = ready === undefined ? "" : `; it waits for: ${ready.message}`;
  const message = `Not carried out in time. The instance goes on towards its spec${waitsFor}`;
  return failed("DEADLINE_EXCEEDED", "OperationTimedOut", boundedMessage(message));
}
