import type { SnapshotReason, VClusterSnapshot } from "@open-vcluster/crds";
import { timeText } from "@open-vcluster/runtime";
import { isBad, isDamage } from "./damage.ts";
import type { Report, SnapshotContext, SnapshotDecision } from "./decision.ts";
import { verificationDueMs, verificationOf } from "./facts.ts";
import { pauseMs } from "./job/pause.ts";
import { progressOf } from "./job/progress-of.ts";
import { reasonOf } from "./reason-of.ts";
import { decideRepair } from "./repair.ts";
import type { SnapshotSeen } from "./seen.ts";
import { failure, standingOf, VERIFIED } from "./standing.ts";
import { tidy } from "./tidy.ts";
import type {
  RepairResult,
  TaskFailure,
  TaskProgress,
  TaskResult,
  VerifyResult,
} from "./worker/result.ts";

type Status = NonNullable<VClusterSnapshot["status"]>;

/** When something outside is looked at again, for which no event comes. */
const OUTSIDE_MS = 15_000;
/** The pause doubles so often: to a quarter of an hour with a second as the first. */
const MOST_DOUBLINGS = 10;
const SECOND_MS = 1_000;

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
    case "ended": {
      const { result } = verifying;
      if (result.ok || !isDamage(verifying)) {
        return { action: { kind: "none" }, report: ended(snapshot, result, nowMs) };
      }
      return whileDamaged(result, seen, context);
    }
  }
}

function begin(
  { snapshot, jobs, store, place }: SnapshotSeen,
  { nowMs, settings }: SnapshotContext,
): SnapshotDecision {
  const { pollMs, work } = settings;
  const { attempts = 0 } = snapshot.status ?? {};
  const pause = pauseMs({ jobs, attempts, pollMs, nowMs, mostDoublings: MOST_DOUBLINGS });
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

/** What is damaged is put back where it can be, before that is the end. */
function whileDamaged(
  damage: TaskFailure,
  seen: SnapshotSeen,
  context: SnapshotContext,
): SnapshotDecision {
  const { snapshot, replicas } = seen;
  const { nowMs, settings } = context;
  const repair = decideRepair(seen, context);
  switch (repair.kind) {
    case "none": {
      const told = unrepaired(damage, seen);
      return { action: { kind: "none" }, report: ended(snapshot, told, nowMs) };
    }
    case "underWay": {
      const { action, trouble, progress } = repair;
      const report = repairing(snapshot, trouble ?? damage.message, progress);
      return { action, report, requeueAfterMs: settings.pollMs };
    }
    case "ended": {
      const { result } = repair;
      if (!result.ok && result.retry && !isBad(reasonOf(result.reason))) {
        return { action: { kind: "none" }, report: repairedLater(snapshot, damage, result) };
      }
      const told = result.ok ? result : stillDamaged(damage, result, replicas);
      return { action: { kind: "none" }, report: ended(snapshot, told, nowMs) };
    }
  }
}

/** What kept it from being put back may pass: it is read again, and put back then. */
function repairedLater(snapshot: VClusterSnapshot, damage: TaskFailure, end: TaskFailure): Report {
  const { verifications = 0, attempts = 0 } = snapshot.status ?? {};
  const report = repairing(snapshot, `${damage.message} ${end.message}`, undefined);
  return {
    ...report,
    fields: { ...report.fields, verifications: verifications + 1, attempts: attempts + 1 },
  };
}

function unrepaired(damage: TaskFailure, { snapshot, place }: SnapshotSeen): TaskFailure {
  const isReadOnly = place?.kind === "place" && place.isReadOnly;
  if (snapshot.spec.repair !== true || !isReadOnly) return damage;
  const message = `${damage.message} It is not put back: location ${place.location.name} is ReadOnly.`;
  return { ...damage, message };
}

/** In the words of the repair where that says what is lost, and else in those of the reading before it. */
function stillDamaged(
  damage: TaskFailure,
  end: TaskFailure,
  replicas: SnapshotSeen["replicas"],
): TaskFailure {
  const refused = replicas.flatMap((replica) => (replica.kind === "refused" ? [replica.why] : []));
  const said = isBad(reasonOf(end.reason))
    ? end.message
    : `${damage.message} It could not be put back: ${end.message}`;
  const message = refused.length === 0 ? said : `${said} Not asked: ${refused.join("; ")}.`;
  return { ...damage, message };
}

/** What is known to be damaged cannot be restored meanwhile. */
function repairing(
  snapshot: VClusterSnapshot,
  why: string,
  progress: TaskProgress | undefined,
): Report {
  const { startTime } = snapshot.status?.progress ?? {};
  return {
    phase: "Verifying",
    ready: "False",
    reason: "Repairing",
    message: `What is damaged is being put back: ${why}`,
    fields: {
      progress: {
        stage: "Repairing",
        ...(startTime === undefined ? {} : { startTime }),
        ...(progress === undefined ? {} : progressOf(progress)),
      },
    },
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
  if (isReading(result)) {
    const verifiedLevel = verificationOf(result.verifiedLevel);
    const fields = { ...answered, ...repairFields(result, nowMs), verifiedLevel };
    return { ...VERIFIED, fields };
  }
  const { reason, message } = result.ok
    ? ({
        reason: "WorkerFailed",
        message: "The worker answered with the result of other work",
      } as const)
    : { reason: reasonOf(result.reason), message: result.message };
  if (isBad(reason)) return { ...failure(reason, message), fields: answered };
  const attempts = (status?.attempts ?? 0) + 1;
  return {
    ...meanwhile(snapshot, reason, `It could not be read back again: ${message} It is tried again`),
    fields: { ...over, attempts },
  };
}

/** A repair reads all of it at its end. */
function isReading(result: TaskResult): result is VerifyResult | RepairResult {
  return result.ok && (result.operation === "verify" || result.operation === "repair");
}

function repairFields(result: VerifyResult | RepairResult, nowMs: number): Pick<Status, "repair"> {
  if (result.operation === "verify" || result.repaired === 0) return {};
  const { repaired: count, objects } = result;
  return { repair: { time: timeText(nowMs), count, objects } };
}

/** A snapshot that turned out to be damaged is not told to be anything else before it was read back well. */
function meanwhile(snapshot: VClusterSnapshot, reason: SnapshotReason, message: string): Report {
  const standing = standingOf(snapshot);
  return standing.ready === "False" ? standing : { ...standing, reason, message };
}
