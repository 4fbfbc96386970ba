import type { VClusterSnapshot } from "@open-vcluster/crds";
import { act, type DecideContext, fail, type RestoreDecision, waitFor } from "./decision.ts";
import { isLate } from "./instance-words.ts";
import type { RestoreSeen } from "./seen.ts";
import { beforeNameOf, isUntouched } from "./target.ts";

type Condition = NonNullable<NonNullable<VClusterSnapshot["status"]>["conditions"]>[number];

const STEP = { phase: "Snapshotting", reason: "Snapshotting" } as const;

/** The state from before is kept first, so that a failure can be undone. Pure. */
export function snapshotBefore(
  seen: RestoreSeen,
  context: DecideContext,
): RestoreDecision | undefined {
  if (!isUntouched(seen) || !keepsWayBack(seen)) return undefined;
  const { restore, before } = seen;
  const name = beforeNameOf(restore);
  const change = { preRestoreSnapshot: name };
  if (before === undefined) {
    if (restore.status?.preRestoreSnapshot !== undefined) {
      return lost(name);
    }
    const message = "The state from before is kept first";
    return act({ kind: "snapshotBefore", name }, { ...STEP, message, change });
  }
  if (wayBackOf(seen) !== undefined) return undefined;
  return kept(before, seen.reading !== undefined, context);
}

/** Waits for it, but not for ever. */
function kept(
  before: VClusterSnapshot,
  isRead: boolean,
  { nowMs, settings }: DecideContext,
): RestoreDecision {
  const { name, creationTimestamp, deletionTimestamp } = before.metadata;
  if (deletionTimestamp !== undefined) return lost(name);
  const { message: words, reason } = readyOf(before) ?? {};
  if (before.status?.phase === "Failed") {
    return fail(
      "SnapshotNotReady",
      `The state from before could not be kept: ${words}. ${WITHOUT}`,
    );
  }
  const since = before.status?.startTime ?? creationTimestamp;
  const isTooLate = !isRead && isLate(since, nowMs, settings.powerDeadlineMs);
  // Its turn comes when others have ended.
  if (reason !== "InstanceBusy" && isTooLate) {
    const late = `The state from before could not be kept in time: ${words}`;
    const advice =
      reason === "InstanceNotReady" ? STOPPED : "Mend that, and create another restore";
    return fail("SnapshotNotReady", `${late}. ${advice}. ${WITHOUT}`);
  }
  const doing = `VClusterSnapshot ${name} keeps the state from before`;
  const message = words === undefined ? doing : `${doing}: ${words}`;
  const change = { preRestoreSnapshot: name };
  return waitFor({ ...STEP, message, change }, settings.pollMs);
}

/** A new instance has no state from before, and what an earlier restore left half done is none to go back to. */
function keepsWayBack(seen: RestoreSeen): boolean {
  const { restore, marked } = seen;
  const { preRestoreSnapshot = true, dryRun = false, target } = restore.spec;
  const isWanted = preRestoreSnapshot && !dryRun && target.newInstance === undefined;
  return isWanted && marked === undefined && !isOfNothing(seen);
}

/** What never ran has no state from before. Its volumes come when its store is started for the restore. */
function isOfNothing({ restore, before, instance, volumes }: RestoreSeen): boolean {
  if (restore.status?.preRestoreSnapshot !== undefined || before !== undefined) return false;
  const isOff = instance?.status?.powerState !== "Running";
  return restore.status?.instanceMode !== undefined || (isOff && volumes.length === 0);
}

/** Id of the snapshot with the state from before, if it can be put back. Pure. */
export function wayBackOf({ before }: RestoreSeen): string | undefined {
  const { completionTime, snapshotID } = before?.status ?? {};
  const ready = readyOf(before);
  // One that somebody deletes stays for as long as a restore needs it.
  const isKept = completionTime !== undefined && ready?.reason === "SnapshotNeeded";
  return ready?.status === "True" || isKept ? snapshotID : undefined;
}

function lost(name: string): RestoreDecision {
  return fail("SnapshotMissing", `VClusterSnapshot ${name}, the way back, was deleted`);
}
const STOPPED =
  "Suspend the instance, and create another restore; what is stopped can be kept as well";
const WITHOUT = "Or create one with preRestoreSnapshot: false, which has no way back";

function readyOf(snapshot: VClusterSnapshot | undefined): Condition | undefined {
  return snapshot?.status?.conditions?.find(({ type }) => type === "Ready");
}
