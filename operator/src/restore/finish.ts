import { timeText } from "@open-vcluster/runtime";
import {
  act,
  type Check,
  type DecideContext,
  type RestoreDecision,
  turn,
  waitFor,
} from "./decision.ts";
import { isLate, isReady, readyWords } from "./instance-words.ts";
import { isWhole, leftovers } from "./leftovers.ts";
import type { RestoreSeen } from "./seen.ts";
import { restoreText } from "./target.ts";

/** The steps when the store is whole again, in order. */
export const finishing: readonly Check[] = [released, unmarked, letGo, serving, told];

/** Workers and what they reach the store through are gone before the control plane opens it. */
function released(seen: RestoreSeen, { settings }: DecideContext): RestoreDecision | undefined {
  if (!isWhole(seen)) return undefined;
  const left = leftovers(seen);
  if (left !== undefined || isLetGo(seen) || seen.store?.kind !== "waiting") return left;
  // What was closed may still be ending, and still have the store open.
  const { why } = seen.store;
  return waitFor({ phase: "Restoring", reason: "Restoring", message: why }, settings.pollMs);
}

/** From then on the store is the control plane's. */
function isLetGo({ restore }: RestoreSeen): boolean {
  return restore.status?.instanceMode === undefined;
}

function unmarked(seen: RestoreSeen): RestoreDecision | undefined {
  if (!isWhole(seen) || seen.marked !== restoreText(seen.restore)) return undefined;
  return act({ kind: "unmarkStore" });
}

const STARTING = { phase: "Starting", reason: "Restarting" } as const;

function letGo(seen: RestoreSeen, { nowMs }: DecideContext): RestoreDecision | undefined {
  if (!isWhole(seen) || isLetGo(seen)) return undefined;
  const message = "The control plane may start again";
  const change = { instanceMode: undefined, releaseTime: timeText(nowMs) };
  return turn({ ...STARTING, message, change });
}

function serving(
  seen: RestoreSeen,
  { nowMs, settings }: DecideContext,
): RestoreDecision | undefined {
  const { restore, instance } = seen;
  if (!isWhole(seen) || isReady(instance)) return undefined;
  // A deleted instance is nobody's to wait for.
  if (instance?.metadata.uid !== restore.status?.instance?.uid) return undefined;
  if (isLate(restore.status?.releaseTime, nowMs, settings.powerDeadlineMs)) return notServing(seen);
  const message = `The store is whole, and the instance is on its way: ${readyWords(instance)}`;
  return waitFor({ ...STARTING, message }, settings.pollMs);
}

/** What a restore can do is done; whoever waits for it is not kept for ever. */
function notServing({ restore, instance }: RestoreSeen): RestoreDecision {
  const { store, snapshotID = "", failure } = restore.status ?? {};
  const holds =
    store === "Restored"
      ? `The store holds what snapshot ${snapshotID} kept`
      : `The state from before is back (${failure?.message ?? ""})`;
  const message = `${holds}, but the instance did not become ready in time: ${readyWords(instance)}`;
  return turn({ phase: "Failed", reason: "TimedOut", message, ends: true });
}

function told(seen: RestoreSeen): RestoreDecision | undefined {
  const { store, failure } = seen.restore.status ?? {};
  if (store === "Restored") {
    const message = whatCame(seen);
    return turn({ phase: "Completed", reason: "Restored", message, ends: true });
  }
  if (store !== "RolledBack") return undefined;
  const message = `The state from before is back: ${failure?.message ?? ""}`;
  return turn({ phase: "RolledBack", reason: "RestoreRolledBack", message, ends: true });
}

function whatCame({ restore: { spec, status } }: RestoreSeen): string {
  const { snapshotID = "", instance, plan } = status ?? {};
  const name = instance?.name ?? "";
  if (spec.filters === undefined) return `${name} holds what snapshot ${snapshotID} kept`;
  const { puts = 0, unchanged = 0 } = plan ?? {};
  return `${String(puts)} objects of snapshot ${snapshotID} were written to ${name}, and ${String(unchanged)} were as it kept them`;
}
