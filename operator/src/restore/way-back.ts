import type { VClusterSnapshot } from "@open-vcluster/crds";
import { act, type DecideContext, fail, type RestoreDecision, waitFor } from "./decision.ts";
import { isLate } from "./instance-words.ts";
import type { RestoreSeen } from "./seen.ts";
import { beforeNameOf, isUntouched, restoreText } from "./target.ts";

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
      return fail("SnapshotMissing", `VClusterSnapshot ${name}, the way back, was deleted`);
    }
    const message = "The state from before is kept first";
    return act({ kind: "snapshotBefore", name }, { ...STEP, message, change });
  }
  if (wayBackOf(seen) !== undefined) return undefined;
  return kept(before, context);
}

/** Waits for it, but not for ever. */
function kept(before: VClusterSnapshot, { nowMs, settings }: DecideContext): RestoreDecision {
  const { name, creationTimestamp } = before.metadata;
  const { message: words, reason } = readyOf(before) ?? {};
  if (before.status?.phase === "Failed") {
    return fail(
      "SnapshotNotReady",
      `The state from before could not be kept: ${words}. ${WITHOUT}`,
    );
  }
  if (reason === "InstanceNotReady" && isLate(creationTimestamp, nowMs, settings.powerDeadlineMs)) {
    return fail(
      "SnapshotNotReady",
      `The state from before could not be kept in time: ${words}. Suspend the instance, and create another restore; what is stopped can be kept as well. ${WITHOUT}`,
    );
  }
  const doing = `VClusterSnapshot ${name} keeps the state from before`;
  const message = words === undefined ? doing : `${doing}: ${words}`;
  const change = { preRestoreSnapshot: name };
  return waitFor({ ...STEP, message, change }, settings.pollMs);
}

/** A new instance has no state from before, and what an earlier restore left half done is none to go back to. */
function keepsWayBack({ restore, marked }: RestoreSeen): boolean {
  const { preRestoreSnapshot = true, dryRun = false, target } = restore.spec;
  const isIncomplete = marked !== undefined && marked !== restoreText(restore);
  return preRestoreSnapshot && !dryRun && target.newInstance === undefined && !isIncomplete;
}

/** Id of the snapshot with the state from before, if it can be put back. Pure. */
export function wayBackOf({ before }: RestoreSeen): string | undefined {
  return readyOf(before)?.status === "True" ? before?.status?.snapshotID : undefined;
}

const WITHOUT = "Or create one with preRestoreSnapshot: false, which has no way back";

function readyOf(snapshot: VClusterSnapshot | undefined): Condition | undefined {
  return snapshot?.status?.conditions?.find(({ type }) => type === "Ready");
}
