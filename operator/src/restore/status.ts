import type { VClusterRestore } from "@open-vcluster/crds";
import { type OwnedStatus, timeText } from "@open-vcluster/runtime";
import { toldOf, type Verdict } from "../world/verdict.ts";
import { withoutAbsent } from "../world/without-absent.ts";
import type { Turn } from "./decision.ts";
import type { RestoreStatus } from "./seen.ts";

/** The parts of the status that this controller writes: all of it. */
export const OWNED: OwnedStatus = {
  fields: [
    "phase",
    "observedGeneration",
    "instance",
    "snapshotID",
    "instanceMode",
    "store",
    "mode",
    "plan",
    "preRestoreSnapshot",
    "failure",
    "startTime",
    "verificationTime",
    "releaseTime",
    "completionTime",
    "progress",
    "attempts",
  ],
  conditionTypes: ["Ready", "Stalled"],
};

/** The whole status after a turn. Pure. */
export function statusOf(
  restore: VClusterRestore,
  { phase, reason, message, change = {}, ends = false }: Turn,
  nowMs: number,
): RestoreStatus {
  const isDone = phase === "Completed";
  const verdict = { ready: readyOf(isDone, ends), reason, message, isFinal: ends && !isDone };
  return withoutAbsent<RestoreStatus>({
    ...restore.status,
    ...change,
    phase,
    ...toldOf(restore, verdict, nowMs),
    ...(ends ? { completionTime: timeText(nowMs) } : {}),
  });
}

function readyOf(isDone: boolean, ends: boolean): Verdict["ready"] {
  if (!ends) return "Unknown";
  return isDone ? "True" : "False";
}
