import { boundedMessage } from "@open-vcluster/runtime";
import {
  act,
  type Check,
  type DecideContext,
  fail,
  type RestoreDecision,
  turn,
  waitFor,
} from "./decision.ts";
import { isHeldFor, readyWords } from "./instance-words.ts";
import type { RestoreSeen } from "./seen.ts";
import { identityOf, restoreText, storeModeOf } from "./target.ts";
import { wayBackOf } from "./way-back.ts";
import { isOfStore, planOf, workOn } from "./work-step.ts";

/** The steps while the store may hold a part of both states, in order. */
export const writing: readonly Check[] = [
  instanceLost,
  unmarked,
  emptied,
  unheld,
  restored,
  rolledBack,
];

function isChanging({ restore }: RestoreSeen): boolean {
  return restore.status?.store === "Changing";
}

function instanceLost(seen: RestoreSeen): RestoreDecision | undefined {
  const { restore, instance } = seen;
  if (!isChanging(seen) || instance?.metadata.uid === restore.status?.instance?.uid) {
    return undefined;
  }
  return fail("InstanceMissing", "The instance was deleted while its store was written");
}

/** From here on the instance stays stopped until its store is whole, whatever becomes of this object. */
function unmarked(seen: RestoreSeen): RestoreDecision | undefined {
  if (!isChanging(seen) || seen.marked === restoreText(seen.restore)) return undefined;
  return act({ kind: "markStore" });
}

/** An etcd that was stopped because it does not answer loses its volumes, and starts anew. */
function emptied(seen: RestoreSeen, { settings }: DecideContext): RestoreDecision | undefined {
  const { restore, volumes } = seen;
  if (!isChanging(seen) || restore.status?.instanceMode !== "stopped") return undefined;
  if (!isHeldFor(seen)) return undefined;
  const message = "An empty etcd takes the place of the one that does not answer";
  const next = { phase: "Restoring", reason: "Restoring", message } as const;
  const volume = volumes.find(({ isGoing }) => !isGoing);
  if (volume !== undefined) return act({ kind: "deleteVolume", volume }, next);
  if (volumes.length === 0) return turn({ ...next, change: { instanceMode: "storeOnly" } });
  const names = volumes.map(({ name }) => name).join(", ");
  const going = `${message}: PersistentVolumeClaim ${names} is going. If the node of a pod that holds it is lost, delete that pod with --force`;
  return waitFor({ ...next, message: going }, settings.pollMs);
}

function unheld(seen: RestoreSeen, { settings }: DecideContext): RestoreDecision | undefined {
  if (!isChanging(seen) || isHeldFor(seen)) return undefined;
  const message = `The control plane is stopped again: ${readyWords(seen.instance)}`;
  return waitFor({ phase: "Restoring", reason: "Stopping", message }, settings.pollMs);
}

function restored(seen: RestoreSeen, context: DecideContext): RestoreDecision | undefined {
  const { restore } = seen;
  if (!isChanging(seen) || restore.status?.failure !== undefined) return undefined;
  const step = { phase: "Restoring", reason: "Restoring" } as const;
  const snapshotID = restore.status?.snapshotID ?? "";
  const work = workOn(
    {
      work: {
        step: "restore",
        snapshotID,
        identity: identityOf(seen),
        mode: storeModeOf(seen),
      },
      isAnswer: isOfStore,
      turn: { ...step, message: `Snapshot ${snapshotID} is written to the store` },
    },
    seen,
    context,
  );
  switch (work.kind) {
    case "wait":
      return work.decision;
    case "failed":
      return unsuccessful(seen, work);
    case "done": {
      if (work.result.proof === undefined) {
        const message = "The worker did not prove that the store holds the snapshot";
        return unsuccessful(seen, { reason: "WorkerFailed", message });
      }
      const message = `${String(work.result.proof.keys)} keys were compared and are equal`;
      const change = { store: "Restored", plan: planOf(work.result), progress: undefined } as const;
      return turn({ ...step, message, change });
    }
  }
}

type Failed = NonNullable<NonNullable<RestoreSeen["restore"]["status"]>["failure"]>;

/** What was before comes back if it was kept; else nothing but another restore helps. */
function unsuccessful(
  seen: RestoreSeen,
  { reason, message }: Pick<Failed, "message"> & Parameters<typeof stuck>[0],
): RestoreDecision {
  if (wayBackOf(seen) === undefined) return stuck({ reason, message });
  const change = {
    failure: { reason, message: boundedMessage(message) },
    attempts: 0,
    progress: undefined,
  };
  return turn({
    phase: "Restoring",
    reason: "Restoring",
    message: `The state from before is put back: ${message}`,
    change,
  });
}

/** The mark on the store and the wish of this restore stay: nothing starts on half a state. */
function stuck({
  reason,
  message,
}: {
  readonly reason: Parameters<typeof fail>[0];
  readonly message: string;
}): RestoreDecision {
  return turn({
    phase: "Failed",
    reason: "RestoreIncomplete",
    message: `${message} (${reason}). The store holds a part of both states, so the control plane stays stopped: create another VClusterRestore of any snapshot of this instance, without filters`,
    change: { progress: undefined },
    ends: true,
  });
}

function rolledBack(seen: RestoreSeen, context: DecideContext): RestoreDecision | undefined {
  const { restore } = seen;
  const failure = restore.status?.failure;
  if (!isChanging(seen) || failure === undefined) return undefined;
  const step = { phase: "Restoring", reason: "Restoring" } as const;
  const message = `The state from before is put back: ${failure.message}`;
  const work = workOn(
    {
      work: {
        step: "rollback",
        snapshotID: wayBackOf(seen) ?? "",
        identity: "same",
        mode: storeModeOf(seen) === "replace" ? "putBack" : "inPlace",
      },
      isAnswer: isOfStore,
      turn: { ...step, message },
    },
    seen,
    context,
  );
  switch (work.kind) {
    case "wait":
      return work.decision;
    case "failed":
      return stuck({
        ...work,
        message: `${failure.message}; then the state from before could not be put back: ${work.message}`,
      });
    case "done":
      return turn({ ...step, message, change: { store: "RolledBack", progress: undefined } });
  }
}
