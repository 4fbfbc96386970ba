import {
  SNAPSHOT_FINALIZER,
  type SnapshotReason,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import { findCondition, timeText } from "@open-vcluster/runtime";
import { storeTypeOf } from "../instance/desire.ts";
import { isNew } from "../world/is-new.ts";
import { withoutAbsent } from "../world/without-absent.ts";
import { isOpenedStore } from "./access/store-seen.ts";
import { CLOSING, type Report, type SnapshotContext, type SnapshotDecision } from "./decision.ts";
import { hasFailed, snapshotIdOf } from "./facts.ts";
import { pauseMs } from "./job/pause.ts";
import { progressOf } from "./job/progress-of.ts";
import { decideKeeping } from "./keeping.ts";
import { reasonOf } from "./reason-of.ts";
import { decideRemoval } from "./removal.ts";
import { resultFields } from "./result-fields.ts";
import type { SnapshotSeen } from "./seen.ts";
import { failure, standingOf } from "./standing.ts";
import { tidy } from "./tidy.ts";
import type { TaskFailure, TaskResult } from "./worker/result.ts";

/** How often work is begun anew after a failure that may pass. */
const MOST_ATTEMPTS = 5;
/** The lock of a killed worker lasts a quarter of an hour, which so many attempts outlast. */
const MOST_LOCKED = 40;
/** The pause doubles so often: to half a minute with a second as the first. */
const MOST_DOUBLINGS = 5;
/** When something outside is looked at again, for which no event comes. */
const OUTSIDE_MS = 15_000;

type Status = NonNullable<VClusterSnapshot["status"]>;
type Check = (seen: SnapshotSeen, context: SnapshotContext) => SnapshotDecision | undefined;

const CHECKS: readonly Check[] = [
  decideRemoval,
  withFinalizer,
  decideKeeping,
  afterFailure,
  whileWorking,
  lookedFor,
  withInstance,
  withPlace,
  withArchive,
  inTurn,
  withStore,
  afterPause,
];

/** Decides the next step of a snapshot. Pure. */
export function decide(seen: SnapshotSeen, context: SnapshotContext): SnapshotDecision {
  for (const check of CHECKS) {
    const decision = check(seen, context);
    if (decision !== undefined) return decision;
  }
  return { action: { kind: "startMaking" }, report: begun(seen, context) };
}

function withFinalizer({ snapshot }: SnapshotSeen): SnapshotDecision | undefined {
  const { finalizers = [] } = snapshot.metadata;
  if (finalizers.includes(SNAPSHOT_FINALIZER)) return undefined;
  return { action: { kind: "addFinalizer" } };
}

function afterFailure(seen: SnapshotSeen): SnapshotDecision | undefined {
  const { snapshot } = seen;
  if (!hasFailed(snapshot)) return undefined;
  return tidy(seen) ?? { action: { kind: "none" }, report: standingOf(snapshot) };
}

function whileWorking(seen: SnapshotSeen, context: SnapshotContext): SnapshotDecision | undefined {
  const { making } = seen;
  switch (making.kind) {
    case "absent":
      return undefined;
    case "leaving":
      return { action: { kind: "none" }, requeueAfterMs: context.settings.pollMs };
    case "running":
      return {
        action: { kind: "none" },
        report: progressReport(seen, context),
        requeueAfterMs: context.settings.pollMs,
      };
    case "ended":
      return afterWork(making.result, seen, context);
  }
}

function afterWork(
  result: TaskResult,
  seen: SnapshotSeen,
  { nowMs }: SnapshotContext,
): SnapshotDecision {
  const { snapshot, store } = seen;
  const attempts = (snapshot.status?.attempts ?? 0) + 1;
  if (!result.ok && result.retry && attempts < mostAttempts(result)) {
    return {
      action: { kind: "none" },
      report: {
        phase: "Creating",
        ready: "Unknown",
        reason: reasonOf(result.reason),
        message: `${result.message}; it is tried again`,
        fields: { attempts, progress: undefined },
      },
    };
  }
  // As long as it is told to be at work, nobody else opens the store.
  if (isOpenedStore(store)) return CLOSING;
  if (!result.ok) return failed(reasonOf(result.reason), result.message);
  if (result.operation === "snapshot" || result.operation === "import") {
    return { action: { kind: "none" }, report: resultFields(snapshot, result, nowMs) };
  }
  return failed("WorkerFailed", "The worker answered with the result of other work");
}

function mostAttempts({ reason }: TaskFailure): number {
  return reason === "Locked" ? MOST_LOCKED : MOST_ATTEMPTS;
}

/** What a search of the location gives is told by whoever searches. */
function lookedFor({ snapshot, place }: SnapshotSeen): SnapshotDecision | undefined {
  const { spec, status, metadata } = snapshot;
  if (spec.snapshotID === undefined) return undefined;
  if (place?.kind === "refused") return waiting(place.reason, place.message, OUTSIDE_MS);
  if (place?.claimName !== undefined) {
    const message = `Location ${place.location.name} is on a volume, which is not searched`;
    return failed("VolumeElsewhere", message);
  }
  const told = findCondition(status?.conditions, "Ready");
  const isTold =
    told?.reason === "SnapshotMissing" && told.observedGeneration === metadata.generation;
  return isTold
    ? { action: { kind: "none" }, requeueAfterMs: OUTSIDE_MS }
    : waiting("Found", "It is looked for in the location", OUTSIDE_MS);
}

function withInstance(
  { instance, snapshot }: SnapshotSeen,
  { nowMs }: SnapshotContext,
): SnapshotDecision | undefined {
  if (instance !== undefined) return isAnother(snapshot, instance) ? replaced(instance) : undefined;
  const message = `There is no VClusterInstance ${snapshot.spec.instanceRef.name}`;
  // Both may have been applied at once, and we may hear of the instance later.
  return isNew(snapshot, nowMs)
    ? waiting("InstanceMissing", message, OUTSIDE_MS)
    : failed("InstanceMissing", message);
}

/** One that took the name since this was begun: its store is no state of the other. An archive is of neither. */
function isAnother(
  { spec, status }: VClusterSnapshot,
  { metadata }: NonNullable<SnapshotSeen["instance"]>,
): boolean {
  const begunWith = status?.instanceUID;
  return spec.archive === undefined && begunWith !== undefined && begunWith !== metadata.uid;
}

function replaced({ metadata }: NonNullable<SnapshotSeen["instance"]>): SnapshotDecision {
  const message = `VClusterInstance ${metadata.name} was deleted meanwhile, and another one has its name`;
  return failed("InstanceMissing", message);
}

function withPlace(
  { place }: SnapshotSeen,
  { settings }: SnapshotContext,
): SnapshotDecision | undefined {
  if (settings.work.image === undefined) {
    return waiting("WorkerFailed", "The operator was given no image for workers", OUTSIDE_MS);
  }
  if (place === undefined) return undefined;
  if (place.kind === "refused") return waiting(place.reason, place.message, OUTSIDE_MS);
  if (!place.isReadOnly) return undefined;
  return failed("LocationReadOnly", `Location ${place.location.name} is read only`);
}

function withArchive({ archivePlace }: SnapshotSeen): SnapshotDecision | undefined {
  if (archivePlace?.kind === "refused") {
    return waiting(archivePlace.reason, archivePlace.message, OUTSIDE_MS);
  }
  if (archivePlace?.claimName === undefined) return undefined;
  const { name } = archivePlace.location;
  return failed("VolumeElsewhere", `An archive is read from a bucket, and ${name} is a volume`);
}

/** Whoever goes first finds no way to the store that is still open for this one. */
function inTurn(seen: SnapshotSeen): SnapshotDecision | undefined {
  const { busy } = seen;
  if (busy === undefined) return undefined;
  return tidy(seen) ?? waiting("InstanceBusy", busy, OUTSIDE_MS);
}

function withStore(
  { store }: SnapshotSeen,
  { settings }: SnapshotContext,
): SnapshotDecision | undefined {
  switch (store?.kind) {
    case undefined:
    case "ready":
      return undefined;
    case "waiting":
      return waiting("InstanceNotReady", store.why, settings.pollMs);
    case "closed":
      return {
        action: { kind: "openStore" },
        report: report("Pending", "Snapshotting", "The way to the store is being opened"),
        requeueAfterMs: settings.pollMs,
      };
    case "unsupported":
      return failed("StoreUnsupported", store.why);
  }
}

function afterPause(
  { snapshot, jobs }: SnapshotSeen,
  { nowMs, settings: { pollMs } }: SnapshotContext,
): SnapshotDecision | undefined {
  const { attempts = 0 } = snapshot.status ?? {};
  const pause = pauseMs({ jobs, attempts, pollMs, nowMs, mostDoublings: MOST_DOUBLINGS });
  return pause === 0 ? undefined : { action: { kind: "none" }, requeueAfterMs: pause };
}

function begun(seen: SnapshotSeen, { nowMs }: SnapshotContext): Report {
  return {
    ...report("Creating", "Snapshotting", readingWords(seen)),
    fields: { ...identityFields(seen, nowMs), ...versionFields(seen) },
  };
}

function progressReport(seen: SnapshotSeen, { nowMs }: SnapshotContext): Report {
  const { making } = seen;
  const running = making.kind === "running" ? making : undefined;
  const isVerifying = running?.progress?.stage === "Verifying";
  const told = isVerifying
    ? report("Verifying", "Verifying", "What was written is being read back")
    : report("Creating", "Snapshotting", running?.trouble ?? readingWords(seen));
  const { progress } = running ?? {};
  return {
    ...told,
    fields: {
      ...identityFields(seen, nowMs),
      ...(progress === undefined ? {} : { progress: progressOf(progress) }),
    },
  };
}

function readingWords({ snapshot }: SnapshotSeen): string {
  const { archive } = snapshot.spec;
  return archive === undefined ? "The store is being read" : `Archive ${archive.key} is being read`;
}

function identityFields(
  { snapshot, instance, place }: SnapshotSeen,
  nowMs: number,
): NonNullable<Report["fields"]> {
  const { uid } = instance?.metadata ?? {};
  return {
    snapshotID: snapshotIdOf(snapshot),
    startTime: snapshot.status?.startTime ?? timeText(nowMs),
    ...(uid === undefined ? {} : { instanceUID: snapshot.status?.instanceUID ?? uid }),
    ...(place?.kind === "place"
      ? { location: { namespace: place.location.namespace ?? "", name: place.location.name } }
      : {}),
  };
}

/** What runs while it is taken; no archive tells. */
function versionFields({
  snapshot,
  instance,
  identity,
}: SnapshotSeen): Pick<Status, "versions" | "identity"> {
  if (instance === undefined || snapshot.spec.archive !== undefined) return {};
  const { chartVersion: chart, kubernetesVersion: kubernetes } = instance.status?.release ?? {};
  return {
    ...(identity === undefined || identity === "" ? {} : { identity }),
    versions: withoutAbsent({ chart, kubernetes, store: storeTypeOf(instance.spec) }),
  };
}

function waiting(
  reason: SnapshotReason,
  message: string,
  requeueAfterMs: number,
): SnapshotDecision {
  return { action: { kind: "none" }, report: report("Pending", reason, message), requeueAfterMs };
}

function failed(reason: SnapshotReason, message: string): SnapshotDecision {
  return {
    action: { kind: "none" },
    report: { ...failure(reason, message), fields: { progress: undefined } },
  };
}

function report(phase: Report["phase"], reason: SnapshotReason, message: string): Report {
  return { phase, ready: "Unknown", reason, message };
}
