import { act, type DecideContext, fail, type RestoreDecision, waitFor } from "./decision.ts";
import type { RestoreSeen } from "./seen.ts";
import { beforeNameOf, isUntouched, restoreText } from "./target.ts";

const STEP = { phase: "Snapshotting", reason: "Snapshotting" } as const;

/** The state from before is kept first, so that a failure can be undone. Pure. */
export function snapshotBefore(
  seen: RestoreSeen,
  { settings }: DecideContext,
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
  if (before.status?.phase === "Failed") {
    const ready = before.status.conditions?.find(({ type }) => type === "Ready");
    return fail(
      "SnapshotNotReady",
      `The state from before could not be kept: ${ready?.message ?? ""}. Create another restore with preRestoreSnapshot: false to go without a way back`,
    );
  }
  const message = `VClusterSnapshot ${name} keeps the state from before`;
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
  const ready = before?.status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True" ? before?.status?.snapshotID : undefined;
}
