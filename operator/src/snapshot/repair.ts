import { findCondition } from "@open-vcluster/runtime";
import type { SnapshotAction, SnapshotContext } from "./decision.ts";
import { workName } from "./job/manifest.ts";
import type { SnapshotSeen } from "./seen.ts";
import { verifyingId } from "./work-id.ts";
import type { TaskProgress, TaskResult } from "./worker/result.ts";

/** So long the way to the store of a running control plane may take to open; then nothing is asked there. */
const LIVE_PATIENCE_MS = 120_000;

/** How far it is to put back what a reading found damaged. */
export type RepairStep =
  /** Nobody asked for it, or nothing may be written where the snapshot is. */
  | { readonly kind: "none" }
  | {
      readonly kind: "underWay";
      readonly action: SnapshotAction;
      readonly progress: TaskProgress | undefined;
      readonly trouble: string | undefined;
    }
  | { readonly kind: "ended"; readonly result: TaskResult };

/** Decides how what is damaged is put back: from copies, other snapshots, and the store of a control plane that runs. Pure. */
export function decideRepair(seen: SnapshotSeen, context: SnapshotContext): RepairStep {
  const { snapshot, place, repairing } = seen;
  switch (repairing.kind) {
    case "absent": {
      const mayWrite = place?.kind === "place" && !place.isReadOnly;
      const isAsked = snapshot.spec.repair === true;
      return isAsked && mayWrite ? underWay(beginning(seen, context)) : { kind: "none" };
    }
    case "leaving":
      return underWay({ kind: "none" });
    case "running":
      return { ...underWay({ kind: "none" }), ...repairing, kind: "underWay" };
    case "ended":
      return repairing;
  }
}

function beginning(seen: SnapshotSeen, { nowMs }: SnapshotContext): SnapshotAction {
  const { store } = seen;
  if (!mayAskStore(seen, nowMs)) return { kind: "startRepairing", withStore: false };
  switch (store?.kind) {
    case "ready":
      return { kind: "startRepairing", withStore: true };
    case "closed":
      return { kind: "openStore" };
    case "waiting":
      return store.isOpened ? { kind: "none" } : { kind: "startRepairing", withStore: false };
    case "unsupported":
    case undefined:
      return { kind: "startRepairing", withStore: false };
  }
}

/** Whether the control plane runs on the store that was snapshotted, and nobody else works on it. */
function mayAskStore({ snapshot, instance, busy, jobs }: SnapshotSeen, nowMs: number): boolean {
  const isSame = instance !== undefined && instance.metadata.uid === snapshot.status?.instanceUID;
  const ready = findCondition(instance?.status?.conditions, "Ready");
  if (!isSame || busy !== undefined || ready?.status !== "True") return false;
  const reading = jobs.find(({ name }) => name === workName(verifyingId(snapshot)));
  return nowMs - (reading?.endedMs ?? 0) < LIVE_PATIENCE_MS;
}

function underWay(action: SnapshotAction): Extract<RepairStep, { kind: "underWay" }> {
  return { kind: "underWay", action, progress: undefined, trouble: undefined };
}
