import type { SnapshotReason } from "@open-vcluster/crds";
import type { WorkSeen } from "./job/look.ts";
import { reasonOf } from "./reason-of.ts";

/** What says something of the snapshot itself, and not of the way to it. */
const BAD: ReadonlySet<SnapshotReason> = new Set(["SnapshotDamaged", "SnapshotMissing"]);

/** Whether a snapshot that ends like this cannot be restored as it is. Pure. */
export function isBad(reason: SnapshotReason): boolean {
  return BAD.has(reason);
}

/** Whether work found out that a snapshot is damaged. Pure. */
export function isDamage(work: WorkSeen): boolean {
  return work.kind === "ended" && !work.result.ok && isBad(reasonOf(work.result.reason));
}
