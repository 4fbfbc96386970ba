import type { VClusterInstance } from "@open-vcluster/crds";
import { timeText } from "@open-vcluster/runtime";
import { OBSTACLES } from "./checks.ts";
import { countedForNothing } from "./counted.ts";
import {
  type Check,
  type DecideContext,
  fail,
  type RestoreDecision,
  type Turn,
  turn,
  waitFor,
} from "./decision.ts";
import { isHeldFor, isLate, readyWords } from "./instance-words.ts";
import { newInstance } from "./new-instance.ts";
import type { RestoreSeen } from "./seen.ts";
import { chosenModeOf, identityOf, isUntouched } from "./target.ts";
import { snapshotBefore } from "./way-back.ts";
import { isOfStore, isReading, planOf, workOn } from "./work-step.ts";

/** The steps until something is written, in order. */
export const beginning: readonly Check[] = [
  accepted,
  targetChanged,
  verified,
  newInstance,
  countedForNothing,
  snapshotBefore,
  heldStill,
  planned,
  begun,
];

/** Everything is there that it needs; from here on it is under way, and other work waits for it. */
function accepted(seen: RestoreSeen, context: DecideContext): RestoreDecision | undefined {
  const { restore, snapshot, instance } = seen;
  if (restore.status?.startTime !== undefined) return undefined;
  for (const obstacle of OBSTACLES) {
    const decision = obstacle(seen, context);
    if (decision !== undefined) return decision;
  }
  const name = restore.spec.target.instanceRef?.name;
  return turn({
    phase: "Planning",
    reason: "Planning",
    message: "Everything that it needs is there",
    change: {
      startTime: timeText(context.nowMs),
      store: "Untouched",
      snapshotID: snapshot?.status?.snapshotID,
      ...(name === undefined ? {} : { instance: { name, uid: instance?.metadata.uid ?? "" } }),
    },
  });
}

/** It was accepted for this very instance, and not for another one that took its name. */
function targetChanged(seen: RestoreSeen): RestoreDecision | undefined {
  const { restore, instance } = seen;
  const accepted = restore.status?.instance;
  if (accepted === undefined || !isUntouched(seen)) return undefined;
  const isGone =
    instance?.metadata.uid !== accepted.uid || instance?.metadata.deletionTimestamp !== undefined;
  return isGone
    ? fail("InstanceMissing", `VClusterInstance ${accepted.name} was deleted meanwhile`)
    : undefined;
}

/** A snapshot that is damaged is refused while the instance runs and nothing was made. */
function verified(seen: RestoreSeen, context: DecideContext): RestoreDecision | undefined {
  const { restore } = seen;
  if (!isUntouched(seen) || restore.spec.dryRun === true) return undefined;
  if (restore.status?.verificationTime !== undefined) return undefined;
  if (seen.snapshot === undefined)
    return fail("SnapshotMissing", "The snapshot was deleted meanwhile");
  const snapshotID = restore.status?.snapshotID ?? "";
  const step = { phase: "Planning", reason: "Verifying" } as const;
  const message = `Snapshot ${snapshotID} is read to its last byte before anything changes`;
  const wanted = {
    work: { step: "verify", snapshotID },
    isAnswer: isReading,
    turn: { ...step, message },
  } as const;
  const work = workOn(wanted, seen, context);
  switch (work.kind) {
    case "wait":
      return work.decision;
    case "failed":
      return fail(work.reason, work.message);
    case "done": {
      const verificationTime = timeText(context.nowMs);
      const change = { verificationTime, attempts: undefined, progress: undefined };
      return turn({ ...step, message: "Every object of the snapshot is whole", change });
    }
  }
}

/** The control plane is stopped. What only plans can read beside one that runs. */
function heldStill(seen: RestoreSeen, context: DecideContext): RestoreDecision | undefined {
  const { restore } = seen;
  if (!isUntouched(seen)) return undefined;
  if (restore.spec.dryRun === true && !isStopped(seen)) return served(seen, context);
  const step = { phase: "Stopping", reason: "Stopping" } as const;
  if (restore.status?.instanceMode === undefined) {
    if (seen.reading !== undefined) {
      const message = `${seen.reading} has to end before the control plane is stopped`;
      return waitFor({ ...step, reason: "InstanceBusy", message }, context.settings.pollMs);
    }
    const message = "The control plane is stopped, so that nothing else writes";
    // Chosen before the mark on the store is ours: it may be that of an earlier restore.
    const mode = restore.spec.dryRun === true ? undefined : chosenModeOf(seen);
    return turn({ ...step, message, change: { instanceMode: "storeOnly", mode } });
  }
  if (isHeldFor(seen)) return undefined;
  return givenUp(seen, step, context) ?? stopping(seen, step, context);
}

/** Nothing can be written to an etcd that does not answer. What it holds is not wanted any more, so an empty one takes its place. */
function givenUp(
  seen: RestoreSeen,
  step: Pick<Turn, "phase" | "reason">,
  { nowMs }: DecideContext,
): RestoreDecision | undefined {
  const { restore, store } = seen;
  const { instanceMode, mode } = restore.status ?? {};
  if (instanceMode !== "storeOnly" || mode !== "Replace") return undefined;
  // A new one takes longer to start for the first time, and holds nothing.
  if (restore.spec.target.newInstance !== undefined) return undefined;
  const times = [silentSince(store), stoppingSince(seen)];
  if (!times.every((since) => isLate(since, nowMs, ETCD_PATIENCE_MS))) return undefined;
  const message = "Etcd does not answer: it is stopped, for an empty one to take its place";
  return turn({ ...step, message, change: { instanceMode: "stopped" } });
}

/** How long an etcd whose content is given up anyway may take to answer. */
const ETCD_PATIENCE_MS = 60_000;

function silentSince(store: RestoreSeen["store"]): string | undefined {
  return store?.kind === "waiting" ? store.silentSince : undefined;
}

/** When it began to be waited for. */
function stoppingSince({ restore, before }: RestoreSeen): string | undefined {
  const { startTime, verificationTime = startTime } = restore.status ?? {};
  return before?.status?.completionTime ?? verificationTime;
}

/** An etcd that was started for the plan alone counts as power. */
function isStopped({ restore, instance }: RestoreSeen): boolean {
  const { powerState, hold } = instance?.status ?? {};
  return (
    powerState === "Suspended" || hold !== undefined || restore.status?.instanceMode !== undefined
  );
}

function stopping(
  seen: RestoreSeen,
  step: Pick<Turn, "phase" | "reason">,
  { nowMs, settings }: DecideContext,
): RestoreDecision {
  const { restore, instance, before } = seen;
  // A new instance has to start before it is stopped.
  const made =
    restore.spec.target.newInstance === undefined
      ? undefined
      : instance?.metadata.creationTimestamp;
  const since = before === undefined && made !== undefined ? made : stoppingSince(seen);
  const isTwice = made !== undefined || restore.status?.instanceMode === "stopped";
  const deadlineMs = settings.powerDeadlineMs * (isTwice ? 2 : 1);
  const words = readyWords(instance);
  if (!isLate(since, nowMs, deadlineMs)) {
    const what = made === undefined ? "The control plane is stopped" : "Only the store is started";
    const message = `${what}, so that nothing else writes: ${words}`;
    return waitFor({ ...step, message }, settings.pollMs);
  }
  return fail(
    "TimedOut",
    made === undefined
      ? `The instance was not stopped in time: ${words}${adviceFor(seen)}`
      : `The store of the new instance was not started in time: ${words}. Nothing was restored into it: delete it, or restore into it with target.instanceRef`,
  );
}

/** What may help where its etcd is what keeps a running instance from being held. */
function adviceFor({ restore, store }: RestoreSeen): string {
  const mayReplace =
    restore.status?.mode === "InPlace" && restore.spec.target.instanceRef !== undefined;
  const isSilent = silentSince(store) !== undefined;
  return mayReplace && isSilent ? `. Its etcd answers nobody: ${REPLACING}` : "";
}

const REPLACING =
  "a restore with mode: Replace and preRestoreSnapshot: false gives it up, and an empty one takes its place";

/** Nobody is stopped for a dry run. */
function served(
  { restore, instance, work }: RestoreSeen,
  { nowMs, settings }: DecideContext,
): RestoreDecision | undefined {
  if (isServing(instance) || work.plan.kind !== "absent") return undefined;
  const message = `The instance has to run, or to be suspended, for its store to be read: ${readyWords(instance)}`;
  return isLate(restore.status?.startTime, nowMs, settings.powerDeadlineMs)
    ? fail("TimedOut", message)
    : waitFor({ phase: "Planning", reason: "InstanceNotReady", message }, settings.pollMs);
}

/** A dry run ends with what would change. */
function planned(seen: RestoreSeen, context: DecideContext): RestoreDecision | undefined {
  const { restore } = seen;
  if (!isUntouched(seen) || restore.spec.dryRun !== true) return undefined;
  const work = workOn(
    {
      work: {
        step: "plan",
        snapshotID: restore.status?.snapshotID ?? "",
        identity: identityOf(seen),
        mode: "inPlace",
      },
      isAnswer: isOfStore,
      turn: { phase: "Planning", reason: "Planning", message: "What would change is counted" },
    },
    seen,
    context,
  );
  switch (work.kind) {
    case "wait":
      return work.decision;
    case "failed":
      return fail(work.reason, work.message);
    case "done": {
      const plan = planOf(work.result);
      const message = `It would write ${String(plan.puts)} keys, remove ${String(plan.deletes)} and leave ${String(plan.unchanged)} as they are`;
      const change = { plan, instanceMode: undefined, progress: undefined };
      return turn({ phase: "Completed", reason: "Planned", message, change, ends: true });
    }
  }
}

/**
 * From here on it may have written. Told before the store is marked: whoever is deleted in between has no mark of its own,
 * and takes none away that an earlier one left.
 */
function begun(seen: RestoreSeen): RestoreDecision | undefined {
  const { restore } = seen;
  if (!isUntouched(seen)) return undefined;
  const step = { phase: "Restoring", reason: "Restoring" } as const;
  const change = { store: "Changing", mode: restore.status?.mode ?? chosenModeOf(seen) } as const;
  return turn({ ...step, message: "The store is written", change });
}

function isServing(instance: VClusterInstance | undefined): boolean {
  return instance?.status?.powerState === "Running" && (instance.status.readyReplicas ?? 0) > 0;
}
