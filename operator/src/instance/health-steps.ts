import type { ReleaseRevision } from "../helm/releases.ts";
import { type CheckContext, type Decision, step, waitFor } from "./decision.ts";
import { holdOf, isHoldReached } from "./hold.ts";
import {
  deployedRevision,
  desiredRelease,
  failedDigest,
  isInSync,
  isKnownToFail,
  isRolledOut,
  isStopped,
  pauseAfterFailureMs,
  releaseDigest,
  revisionDigest,
} from "./release-facts.ts";
import { driftOf } from "./release-steps.ts";
import type { InstanceSeen } from "./seen.ts";

/** The revision to which a failed upgrade goes back: the one before, if it served. Pure. */
function fallbackRevision(seen: InstanceSeen): ReleaseRevision | undefined {
  const current = deployedRevision(seen);
  if (current?.mode !== "running" || current.healthy) return undefined;
  const before = seen.releases.filter(({ revision }) => revision < current.revision).at(-1);
  if (before?.mode !== "running" || !before.healthy) return undefined;
  return revisionDigest(before) === revisionDigest(current) ? undefined : before;
}

/** An upgrade whose API server never became ready goes back, once. Pure. */
export function upgradeFailed(
  seen: InstanceSeen,
  { nowMs, settings }: CheckContext,
): Decision | undefined {
  if (seen.release.kind === "failed" && isKnownToFail(seen)) return rollBackAgain(seen, nowMs);
  const current = deployedRevision(seen);
  const before = fallbackRevision(seen);
  if (current === undefined || before === undefined || isRolledOut(seen)) return undefined;
  if (nowMs < current.modifiedAtMs + settings.upgradeDeadlineMs) return undefined;
  const digest = revisionDigest(current);
  if (failedDigest(seen.namespace) !== digest) {
    return step({ kind: "markFailed", digest }, "The upgrade did not become ready in time");
  }
  return step(
    { kind: "rollBack", toRevision: before.revision },
    "The upgrade failed; what served before comes back",
  );
}

/** Helm failed on the way back: history holds what served under the newest revision of another digest. */
function rollBackAgain(seen: InstanceSeen, nowMs: number): Decision | undefined {
  const failed = failedDigest(seen.namespace);
  const back = seen.releases.findLast((known) => known.ours && revisionDigest(known) !== failed);
  if (back === undefined) return undefined;
  const pauseMs = pauseAfterFailureMs(seen, revisionDigest(back), nowMs);
  if (pauseMs > 0) return waitFor("Helm failed to roll back; it is tried again later", pauseMs);
  return step({ kind: "rollBack", toRevision: back.revision }, "The rollback did not come through");
}

/** What runs is what is asked for, and not what failed once: that may be tried again some day. Pure. */
export function failureOutlived(seen: InstanceSeen): Decision | undefined {
  const failed = failedDigest(seen.namespace);
  const desired = desiredRelease(seen);
  if (failed === undefined || desired === undefined || !isInSync(seen)) return undefined;
  return releaseDigest(desired) === failed
    ? undefined
    : step({ kind: "unmarkFailed" }, "The spec has changed since the upgrade that failed");
}

/** Every pod is new and ready and the API answers through the Service: remembered on the release. Pure. */
export function revisionNewlyHealthy(seen: InstanceSeen): Decision | undefined {
  const current = deployedRevision(seen);
  if (current === undefined || current.healthy || current.mode !== "running") return undefined;
  if (!isRolledOut(seen) || seen.probe.kind !== "ready") return undefined;
  return step({ kind: "markHealthy", revision: current }, "The new revision serves");
}

/** Nothing can be done now; says when to look again. Pure. */
export function notServingYet(
  seen: InstanceSeen,
  { nowMs, settings }: CheckContext,
): Decision | undefined {
  const current = deployedRevision(seen);
  if (current === undefined) return undefined;
  const waits = [
    ...driftWait(seen, current, nowMs, settings.driftGraceMs),
    ...(isServingOrStopped(seen) ? [] : [settings.startPollMs]),
    ...(fallbackRevision(seen) === undefined
      ? []
      : [Math.max(0, current.modifiedAtMs + settings.upgradeDeadlineMs - nowMs)]),
    ...(seen.probe.kind === "unreachable" ? [settings.probePollMs] : []),
    ...(seen.workloads.kind === "waiting" ? [settings.startPollMs] : []),
  ];
  return waits.length === 0
    ? undefined
    : waitFor("The instance is on its way", Math.max(250, Math.min(...waits)));
}

function driftWait(
  seen: InstanceSeen,
  current: ReleaseRevision,
  nowMs: number,
  graceMs: number,
): readonly number[] {
  if (driftOf(seen) === undefined && seen.rendered.stale.length === 0) return [];
  return [Math.max(0, current.modifiedAtMs + graceMs - nowMs)];
}

function isServingOrStopped(seen: InstanceSeen): boolean {
  const current = deployedRevision(seen);
  if (holdOf(seen) !== undefined) return isHoldReached(seen);
  if (current?.mode === "suspended") return isStopped(seen);
  return current?.healthy === true && (seen.controlPlane?.ready ?? 0) > 0;
}
