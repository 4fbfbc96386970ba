import type { SnapshotReason, VClusterSnapshot } from "@open-vcluster/crds";
import { type Condition, findCondition } from "@open-vcluster/runtime";
import type { Report } from "./decision.ts";
import { isUnread } from "./facts.ts";

/** Whether a complete snapshot can be restored, and why. */
export type Standing = Pick<Report, "phase" | "ready" | "reason" | "message" | "isFinal">;

/** Of one that was read back. */
export const VERIFIED: Standing = {
  phase: "Ready",
  ready: "True",
  reason: "Verified",
  message: "It was read back and can be restored",
};

/** Of one that somebody else made. */
export const FOUND: Standing = {
  phase: "Ready",
  ready: "True",
  reason: "Found",
  message: "It was found in the location; it was not read back here",
};

/** Of one whose data was away. */
export const REGAINED: Standing = {
  phase: "Verifying",
  ready: "Unknown",
  reason: "Verifying",
  message: "Its data is in the location again, and is to be read back",
};

/** What is true of a complete snapshot while nothing is done with it. Pure. */
export function standingOf(snapshot: VClusterSnapshot): Standing {
  const { status } = snapshot;
  const conditions = status?.conditions as readonly Condition[] | undefined;
  const stalled = findCondition(conditions, "Stalled");
  if (stalled?.status === "True") {
    const { reason, message } = stalled;
    return failure(reason as SnapshotReason, message);
  }
  const ready = findCondition(conditions, "Ready");
  // It was found damaged, and nobody asks any more that it be put back.
  if (ready?.reason === "Repairing") return failure("SnapshotDamaged", ready.message);
  if (isUnread(snapshot)) return REGAINED;
  return status?.verifiedLevel === undefined ? FOUND : VERIFIED;
}

/** Of one that cannot be restored. Pure. */
export function failure(reason: SnapshotReason, message: string): Standing {
  return { phase: "Failed", ready: "False", reason, message, isFinal: true };
}
