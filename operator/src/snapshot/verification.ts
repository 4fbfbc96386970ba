import type { SnapshotReason, VClusterSnapshot } from "@open-vcluster/crds";
import { timeText } from "@open-vcluster/runtime";
import type { Report, SnapshotContext, SnapshotDecision } from "./decision.ts";
import { verificationDueMs, verificationOf } from "./facts.ts";
import { pauseMs } from "./job/pause.ts";
import { progressOf } from "./job/progress-of.ts";
import { reasonOf } from "./reason-of.ts";
import type { SnapshotSeen } from "./seen.ts";
import { failure, standingOf, VERIFIED } from "./standing.ts";
import { tidy } from "./tidy.ts";
import type { TaskProgress, TaskResult } from "./worker/result.ts";

/** When something outside is looked at again, for which no event comes. */
const OUTSIDE_MS = 15_000;
/** The pause doubles so often: to a quarter of an hour with a second as the first. */
const MOST_DOUBLINGS = 10;
const SECOND_MS = 1_000;
/** What says something of the snapshot itself, and not of the way to it. */
const BAD: ReadonlySet<SnapshotReason> = new Set(["SnapshotDamaged", "SnapshotMissing"]);

/**
 * Decides how a complete snapshot is read back again; undefined while it need not be. What can be restored stays ready
 * meanwhile. Pure.
 */
export function decideVerification(
  seen: SnapshotSeen,
  context: SnapshotContext,
): SnapshotDecision | undefined {
  const { snapshot, verifying } = seen;
  const { nowMs, settings } = context;
  const dueMs = verificationDueMs(snapshot);
  if (dueMs === undefined || dueMs > nowMs) return undefined;
  switch (verifying.kind) {
    case "absent":
      return begin(seen, context);
    case "leaving":
      return { action: { kind: "none" }, requeueAfterMs: settings.pollMs };
    case "running":
      return {
        action: { kind: "none" },
        report: underWay(snapshot, verifying, nowMs),
        requeueAfterMs: settings.pollMs,
      };
    case "ended":
      return { action: { kind: "none" }, report: ended(snapshot, verifying.result, nowMs) };
  }
}

function begin(
  { snapshot, jobs, store, place }: SnapshotSeen,
  { nowMs, settings }: SnapshotContext,
): SnapshotDecision {
  const { pollMs, work } = settings;
  const attempts = Math.min(snapshot.status?.attempts ?? 0, MOST_DOUBLINGS);
  const pause = pauseMs({ jobs, attempts, pollMs, nowMs });
  if (pause > 0) return { action: { kind: "none" }, requeueAfterMs: pause };
  const left = tidy({ jobs, store });
  if (left !== undefined) return left;
  if (work.image === undefined) {
    return waiting(snapshot, "WorkerFailed", "the operator was given no image for workers");
  }
  if (place?.kind === "refused") return waiting(snapshot, place.reason, place.message);
  return {
    action: { kind: "startVerifying" },
    report: underWay(snapshot, { progress: undefined, trouble: undefined }, nowMs),
  };
}

function waiting(
  snapshot: VClusterSnapshot,
  reason: SnapshotReason,
  why: string,
): SnapshotDecision {
  const report = meanwhile(snapshot, reason, `It cannot be read back again yet: ${why}`);
  return { action: { kind: "none" }, report, requeueAfterMs: OUTSIDE_MS };
}

function underWay(
  snapshot: VClusterSnapshot,
  running: { readonly progress: TaskProgress | undefined; readonly trouble: string | undefined },
  nowMs: number,
): Report {
  const { progress: before } = snapshot.status ?? {};
  const { progress } = running;
  return {
    ...meanwhile(snapshot, "Verifying", running.trouble ?? "It is being read back again"),
    fields: {
      progress: {
        stage: "Verifying",
        // In whole seconds, and never before the wish; the worker reads nothing as early as that.
        startTime: before?.startTime ?? timeText(Math.ceil(nowMs / SECOND_MS) * SECOND_MS),
        ...(progress === undefined ? {} : progressOf(progress)),
      },
    },
  };
}

function ended(snapshot: VClusterSnapshot, result: TaskResult, nowMs: number): Report {
  const { status } = snapshot;
  const verifications = (status?.verifications ?? 0) + 1;
  const over = { verifications, progress: undefined };
  // A request that came while it was read is answered by another reading.
  const verificationTime = status?.progress?.startTime ?? timeText(nowMs);
  const answered = { ...over, verificationTime, attempts: undefined };
  if (result.ok && result.operation === "verify") {
    const verifiedLevel = verificationOf(result.verifiedLevel);
    return { ...VERIFIED, fields: { ...answered, verifiedLevel } };
  }
  const { reason, message } = result.ok
    ? ({
        reason: "WorkerFailed",
        message: "The worker answered with the result of other work",
      } as const)
    : { reason: reasonOf(result.reason), message: result.message };
  if (BAD.has(reason)) return { ...failure(reason, message), fields: answered };
  const attempts = (status?.attempts ?? 0) + 1;
  return {
    ...meanwhile(snapshot, reason, `It could not be read back again: ${message} It is tried again`),
    fields: { ...over, attempts },
  };
}

/** A snapshot that turned out to be damaged is not told to be anything else before it was read back well. */
function meanwhile(snapshot: VClusterSnapshot, reason: SnapshotReason, message: string): Report {
  const standing = standingOf(snapshot);
  return standing.ready === "False" ? standing : { ...standing, reason, message };
}
