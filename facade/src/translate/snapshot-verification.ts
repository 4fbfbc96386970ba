import { SnapshotVerification, type VerifySnapshotRequest } from "@open-vcluster/api";
import type { SnapshotVerification as Level, VClusterSnapshot } from "@open-vcluster/crds";
import { Failure, timeText } from "@open-vcluster/runtime";
import { refuseDeleted } from "./deleted-snapshot.ts";
import { refusedField } from "./refuse.ts";

const LEVELS: Readonly<Record<SnapshotVerification, Level | undefined>> = {
  [SnapshotVerification.UNSPECIFIED]: undefined,
  [SnapshotVerification.PRESENCE]: "Presence",
  [SnapshotVerification.CONTENT]: "Content",
  [SnapshotVerification.FULL]: "Full",
};
/** The resolution of a moment in a resource. */
const TICK_MS = 1_000;

/**
 * A snapshot that is to be read back again. Pure.
 *
 * @throws Failure `invalid`; `precondition` SnapshotNotReady before it is complete, and while it is deleted.
 */
export function toBeVerified(
  snapshot: VClusterSnapshot,
  { verification, repair }: Pick<VerifySnapshotRequest, "verification" | "repair">,
  nowMs: number,
): VClusterSnapshot {
  const { metadata, spec, status = {} } = snapshot;
  // A client of a later version may know more of them.
  if (!Object.hasOwn(LEVELS, verification)) throw refusedField("verification", "is unknown");
  const level = LEVELS[verification];
  const text = `Snapshot ${metadata.namespace ?? ""}/${metadata.name}`;
  refuseDeleted(snapshot);
  if (status.completionTime === undefined) {
    const why = `${text} is not complete; wait for it, it is read back before it is ready`;
    throw new Failure("precondition", "SnapshotNotReady", why);
  }
  // Clocks differ: a reading that began before this request is never its answer.
  const begun = [status.verificationTime, status.progress?.startTime];
  const earliestMs = Math.max(...begun.map((time) => (Date.parse(time ?? "") || 0) + TICK_MS));
  return {
    ...snapshot,
    spec: {
      ...spec,
      ...(level === undefined ? {} : { verification: level }),
      ...(repair ? { repair } : {}),
      verifyAfter: timeText(Math.max(nowMs, earliestMs)),
    },
  };
}
