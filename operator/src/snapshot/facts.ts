import { createHash } from "node:crypto";
import { parseDuration, type VClusterSnapshot } from "@open-vcluster/crds";
import { type Condition, findCondition } from "@open-vcluster/runtime";
import { snapIdOf } from "./engine/index.ts";
import type { VerifiedLevel } from "./worker/task.ts";

type Verification = NonNullable<NonNullable<VClusterSnapshot["status"]>["verifiedLevel"]>;

const LEVELS: Readonly<Record<Verification, VerifiedLevel>> = { Presence: 1, Content: 2, Full: 3 };

/** The id under which a snapshot is kept: given, or made of the object alone, so that every try has the same. Pure. */
export function snapshotIdOf({ metadata, spec }: VClusterSnapshot): string {
  if (spec.snapshotID !== undefined) return spec.snapshotID;
  const random = createHash("sha256")
    .update(metadata.uid ?? "")
    .digest();
  return snapIdOf(new Date(metadata.creationTimestamp ?? ""), random);
}

/** How far it is read back. Pure. */
export function levelOf({ spec }: VClusterSnapshot): VerifiedLevel {
  return LEVELS[spec.verification ?? "Content"];
}

/** The word for a level. Pure. */
export function verificationOf(level: VerifiedLevel): Verification {
  return level === 1 ? "Presence" : level === 2 ? "Content" : "Full";
}

/** Whether it was read back. Pure. */
export function isComplete({ status }: VClusterSnapshot): boolean {
  return status?.completionTime !== undefined;
}

/**
 * The moment from which on a complete snapshot is to be read back again, epoch milliseconds; undefined: it need not be.
 * One that is damaged is read again only by a new moment, since more of it would not be better. Pure.
 */
export function verificationDueMs(snapshot: VClusterSnapshot): number | undefined {
  const { spec, status = {} } = snapshot;
  const { verification, verifyAfter = "" } = spec;
  const wanted = verification === undefined ? 0 : LEVELS[verification];
  const has = status.verifiedLevel === undefined ? 0 : LEVELS[status.verifiedLevel];
  if ((wanted > has || isUnread(snapshot)) && !hasFailed(snapshot)) return 0;
  const askedMs = Date.parse(verifyAfter);
  return askedMs > (Date.parse(status.verificationTime ?? "") || 0) ? askedMs : undefined;
}

/** Whether it failed for good. Pure. */
export function hasFailed(snapshot: VClusterSnapshot): boolean {
  return stalled(snapshot)?.status === "True";
}

/** Whether it was complete, and its data was looked for in vain. Pure. */
export function isMissed(snapshot: VClusterSnapshot): boolean {
  const { status, reason } = stalled(snapshot) ?? {};
  return isComplete(snapshot) && status === "True" && reason === "SnapshotMissing";
}

/** Whether it was made here and has to be read back before it is ready again: its data was away. Pure. */
export function isUnread({ spec, status }: VClusterSnapshot): boolean {
  return (
    spec.snapshotID === undefined &&
    status?.completionTime !== undefined &&
    status.verifiedLevel === undefined
  );
}

function stalled({ status }: VClusterSnapshot): Condition | undefined {
  return findCondition(status?.conditions, "Stalled");
}

/** Whether there is work to do on the store that a control plane or another snapshot may have to wait for. Pure. */
export function isUnfinished(snapshot: VClusterSnapshot): boolean {
  return (
    snapshot.spec.snapshotID === undefined &&
    snapshot.spec.archive === undefined &&
    snapshot.metadata.deletionTimestamp === undefined &&
    !isComplete(snapshot) &&
    !hasFailed(snapshot)
  );
}

/** When it is to be deleted, epoch milliseconds; undefined: never. Pure. */
export function expirationMs({ spec }: VClusterSnapshot, completedMs: number): number | undefined {
  const afterMs = spec.expiresAfter === undefined ? undefined : parseDuration(spec.expiresAfter);
  return afterMs === undefined ? undefined : completedMs + afterMs;
}
