import { RESTORE_FINALIZER } from "@open-vcluster/crds";
import { isOpenedStore } from "../snapshot/access/store-seen.ts";
import { nextToEnd } from "../snapshot/job/job-mark.ts";
import { isOutOfPatience } from "../snapshot/removal.ts";
import { act, type DecideContext, type RestoreDecision } from "./decision.ts";
import type { RestoreSeen } from "./seen.ts";
import { isUntouched, restoreText } from "./target.ts";

/** Whether nothing more is done for a restore. Pure. */
export function isEnded({ restore }: RestoreSeen): boolean {
  return restore.status?.completionTime !== undefined;
}

/** Takes away what was made for the work; undefined when nothing is left. Pure. */
export function leftovers({ jobs, store }: RestoreSeen): RestoreDecision | undefined {
  const job = nextToEnd(jobs);
  if (job !== undefined) return act({ kind: "endWork", job });
  if (jobs.length > 0) return { action: { kind: "none" }, requeueAfterMs: LEAVING_POLL_MS };
  // Nothing that is watched tells when it is closed.
  if (isOpenedStore(store)) {
    return { ...act({ kind: "closeStore" }), requeueAfterMs: LEAVING_POLL_MS };
  }
  return undefined;
}

/** A state from before that was not kept to its end is of no use to anybody when nothing was written. Pure. */
export function uselessBefore({ restore, before }: RestoreSeen): RestoreDecision | undefined {
  const { name, uid = "", deletionTimestamp } = before?.metadata ?? {};
  const isKept = before?.status?.completionTime !== undefined;
  if (name === undefined || isKept || deletionTimestamp !== undefined) return undefined;
  return isUntouched({ restore }) ? act({ kind: "deleteBefore", name, uid }) : undefined;
}

/** Whether the store holds one state, written to its end. Pure. */
export function isWhole({ restore }: RestoreSeen): boolean {
  const { store } = restore.status ?? {};
  return store === "Restored" || store === "RolledBack";
}

const LEAVING_POLL_MS = 1_000;

/**
 * A restore that is deleted lets go of the store. If it had begun to write, the mark on the store stays, and with it the
 * instance stays stopped: it never strands a namespace, and never starts a control plane on half a state. Pure.
 */
export function removal(seen: RestoreSeen, { nowMs }: DecideContext): RestoreDecision | undefined {
  const { deletionTimestamp, finalizers } = seen.restore.metadata;
  if (deletionTimestamp === undefined) return undefined;
  if (finalizers?.includes(RESTORE_FINALIZER) !== true) return { action: { kind: "none" } };
  const left = uselessBefore(seen) ?? leftovers(seen);
  if (left === undefined && isWhole(seen) && seen.marked === restoreText(seen.restore)) {
    return act({ kind: "unmarkStore" });
  }
  const mayGo =
    left === undefined || (left.action.kind === "none" && isOutOfPatience(seen.restore, nowMs));
  return mayGo ? act({ kind: "removeFinalizer" }) : left;
}
