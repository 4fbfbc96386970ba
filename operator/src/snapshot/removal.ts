import { SNAPSHOT_FINALIZER, type SnapshotReason } from "@open-vcluster/crds";
import { timeText } from "@open-vcluster/runtime";
import { isOpenedStore } from "./access/store-seen.ts";
import { CLOSING, type Report, type SnapshotContext, type SnapshotDecision } from "./decision.ts";
import { isComplete } from "./facts.ts";
import { nextToEnd } from "./job/job-mark.ts";
import { reasonOf } from "./reason-of.ts";
import type { SnapshotSeen } from "./seen.ts";
import type { TaskFailure } from "./worker/result.ts";

const PATIENCE_MS = 600_000;
const RETRY_MS = 15_000;
/** For as long as others are seen to lie upon it. */
const NEEDED_RETRY_MS = 900_000;
/** What a location lacks that somebody may put back. */
const OPENERS: ReadonlySet<SnapshotReason> = new Set(["CredentialsMissing", "KeyMissing"]);
/** Reasons of a worker that finds nothing to remove. */
const GONE: ReadonlySet<string> = new Set([
  "BucketMissing",
  "RepositoryMissing",
  "SnapshotMissing",
]);
const REMOVING = "Its data is being removed";
const WITHOUT = "Mend that, or set spec.deletionPolicy: Retain to let it go without its data";

/** Decides how a snapshot goes. Pure. */
export function decideRemoval(
  seen: SnapshotSeen,
  context: SnapshotContext,
): SnapshotDecision | undefined {
  const { snapshot, jobs, place, store, reader, isNamespaceGoing } = seen;
  const { deletionTimestamp, finalizers = [] } = snapshot.metadata;
  if (deletionTimestamp === undefined) return undefined;
  if (!finalizers.includes(SNAPSHOT_FINALIZER)) return { action: { kind: "none" } };
  const making = jobs.find(({ name, terminating }) => !terminating && !isRemoval(name));
  if (making !== undefined) return { action: { kind: "endWork", job: making } };
  // The pod of a node that is lost may stay.
  if (isOpenedStore(store) && !isOutOfPatience(snapshot, context.nowMs)) return CLOSING;
  if (reader !== undefined && !isNamespaceGoing) {
    const report = going("SnapshotNeeded", `${reader} needs it; it goes when that has ended`);
    return { action: { kind: "none" }, report, requeueAfterMs: RETRY_MS };
  }
  if (!removesData(seen)) return letGo(seen);
  if (place === undefined || place.kind === "refused") return withoutPlace(seen);
  return afterWork(seen, context);
}

/** Without its location nobody can remove the data, now or later; what opens it may come back. */
function withoutPlace({ place, jobs, isNamespaceGoing }: SnapshotSeen): SnapshotDecision {
  const mayCome = place?.kind === "refused" && OPENERS.has(place.reason);
  if (!mayCome || isNamespaceGoing) return letGo({ jobs });
  const report = going(place.reason, `Its data cannot be removed: ${place.message}. ${WITHOUT}`);
  return { action: { kind: "none" }, report, requeueAfterMs: RETRY_MS };
}

/** Whether there is data, and it goes with the object. What was done is written down: the Job that did it goes too. */
function removesData({ snapshot, place }: Pick<SnapshotSeen, "snapshot" | "place">): boolean {
  const { spec, status } = snapshot;
  const isKept = spec.hold === true || spec.deletionPolicy === "Retain";
  const isReadOnly = place?.kind === "place" && place.isReadOnly;
  const isThere = status?.snapshotID !== undefined && status.dataRemovalTime === undefined;
  return isThere && !isKept && !isReadOnly;
}

function afterWork(seen: SnapshotSeen, { nowMs, settings }: SnapshotContext): SnapshotDecision {
  const { snapshot, removing, jobs } = seen;
  switch (removing.kind) {
    case "absent":
      return {
        action: { kind: "startRemoving" },
        report: going("Deleting", REMOVING),
      };
    case "leaving":
      return isOutOfPatience(snapshot, nowMs)
        ? letGo({ jobs })
        : { action: { kind: "none" }, requeueAfterMs: settings.pollMs };
    case "running":
      return { action: { kind: "none" }, requeueAfterMs: settings.pollMs };
    case "ended":
      return removing.result.ok || isGone(removing.result)
        ? removed(nowMs)
        : afterRefusal(removing.result, seen, nowMs);
  }
}

function removed(nowMs: number): SnapshotDecision {
  const report = going("Deleting", "Its data is removed");
  const fields = { dataRemovalTime: timeText(nowMs) };
  return { action: { kind: "none" }, report: { ...report, fields }, requeueAfterMs: RETRY_MS };
}

/** Whether there is nothing to remove. */
function isGone({ reason }: TaskFailure): boolean {
  return GONE.has(reason);
}

function afterRefusal(
  { reason, message }: TaskFailure,
  { snapshot, jobs, isNamespaceGoing, hasDependents }: SnapshotSeen,
  nowMs: number,
): SnapshotDecision {
  // Nothing but the end of a namespace makes up for a snapshot that stays behind unseen.
  const mayStay = isNamespaceGoing || !isComplete(snapshot);
  if (mayStay && isOutOfPatience(snapshot, nowMs)) return letGo({ jobs });
  const job = nextToEnd(jobs);
  const isNeeded = reason === "Needed";
  const report = going(reasonOf(reason), isNeeded ? message : `${sentence(message)} ${WITHOUT}`);
  const retryMs = isNeeded && hasDependents ? NEEDED_RETRY_MS : RETRY_MS;
  // The Job that failed goes; another one begins when it is gone.
  return job === undefined || nowMs - job.endedMs < retryMs
    ? { action: { kind: "none" }, report, requeueAfterMs: RETRY_MS }
    : { action: { kind: "endWork", job }, report, requeueAfterMs: RETRY_MS };
}

/**
 * Whether an object is on its way out for longer than anything should keep it: a location that does not answer, or a
 * worker on a node that is gone. Pure.
 */
export function isOutOfPatience(
  { metadata }: { readonly metadata: { readonly deletionTimestamp?: string } },
  nowMs: number,
): boolean {
  return nowMs - Date.parse(metadata.deletionTimestamp ?? "") > PATIENCE_MS;
}

function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}

function letGo({ jobs }: Pick<SnapshotSeen, "jobs">): SnapshotDecision {
  const job = nextToEnd(jobs);
  return job === undefined
    ? { action: { kind: "removeFinalizer" } }
    : { action: { kind: "endWork", job } };
}

function going(reason: SnapshotReason, message: string): Report {
  return { phase: "Deleting", ready: "False", reason, message };
}

function isRemoval(jobName: string): boolean {
  return jobName.includes("-delete-");
}
