import type { Reason, VClusterInstance } from "@open-vcluster/crds";
import type { FailureKind } from "@open-vcluster/runtime";
import { heldWords } from "./condition/store.ts";
import type { Account, Verdict } from "./condition/verdict.ts";
import { holdObstacle, holdOf, modeOf } from "./hold.ts";
import { isDrainAborted, wantsSuspended } from "./power.ts";
import { deployedRevision, isInSync, isStopped, runningRevision } from "./release-facts.ts";

/** The conditions that the summary is made from. */
export interface Parts {
  readonly specAccepted: Verdict;
  readonly helmReleased: Verdict;
  readonly controlPlaneAvailable: Verdict;
  readonly kubeconfigReady: Verdict;
  readonly suspended: Verdict;
  readonly drained: Verdict | undefined;
  readonly workloadsReady: Verdict | undefined;
  readonly upgraded: Verdict | undefined;
  readonly storeInUse: Verdict | undefined;
  readonly deleting: Verdict | undefined;
}

/** The instance is what its spec asks for, running or suspended. Pure. */
export function ready(account: Account, parts: Parts): Verdict {
  const { seen } = account;
  if (parts.deleting !== undefined) return { ...parts.deleting, status: "False" };
  const hold = holdOf(seen);
  if (hold !== undefined && parts.specAccepted.status === "True") {
    const obstacle = notAsHeld(seen, parts);
    const words = heldWords(hold);
    const message = obstacle === undefined ? words : `${words}. ${obstacle}`;
    return { status: "False", reason: hold.reason, message };
  }
  const obstacle = [parts.upgraded, parts.specAccepted, releaseObstacle(parts)].find(isNotTrue);
  if (obstacle !== undefined) return asFalse(obstacle);
  const waiting = (wantsSuspended(seen.instance) ? stopping : starting)(account, parts);
  if (waiting !== undefined) return asFalse(waiting);
  return wantsSuspended(seen.instance)
    ? { status: "True", reason: "Suspended", message: "Suspended, as the spec asks" }
    : { status: "True", reason: "Running", message: "The virtual cluster runs, as the spec asks" };
}

/** Why it is not yet as its hold asks, in the words of whatever is in the way. */
function notAsHeld(seen: Account["seen"], { helmReleased }: Parts): string | undefined {
  return helmReleased.status === "False" && helmReleased.reason !== "Upgrading"
    ? helmReleased.message
    : holdObstacle(seen);
}

/** A release that is merely behind is on its way; anything else about it is the news. */
function releaseObstacle({ helmReleased }: Parts): Verdict | undefined {
  return helmReleased.reason === "Upgrading" ? undefined : helmReleased;
}

function stopping(_account: Account, parts: Parts): Verdict | undefined {
  if (parts.suspended.status === "True") {
    return isNotTrue(parts.helmReleased) ? parts.helmReleased : undefined;
  }
  return isNotTrue(parts.drained) ? parts.drained : parts.suspended;
}

function starting({ seen }: Account, parts: Parts): Verdict | undefined {
  const awaited = parts.workloadsReady?.reason === "WaitingForWorkloads";
  const waiting = [
    asWork(seen, parts.helmReleased),
    parts.controlPlaneAvailable,
    parts.kubeconfigReady,
    awaited ? parts.workloadsReady : undefined,
  ].find(isNotTrue);
  if (waiting !== undefined || deployedRevision(seen)?.healthy === true) return waiting;
  const message = "Not every replica is up to date and ready yet";
  return { status: "False", reason: progressOf(seen) ?? "Upgrading", message };
}

/** That a release is behind is said in the words of the work that changes it. */
function asWork(seen: Account["seen"], helmReleased: Verdict): Verdict {
  if (helmReleased.reason !== "Upgrading") return helmReleased;
  const reason = progressOf(seen) ?? helmReleased.reason;
  return { ...helmReleased, reason, message: BEHIND[reason] ?? helmReleased.message };
}

/** What a release that is behind means for whoever waits. */
const BEHIND: Readonly<Partial<Record<Reason, string>>> = {
  Resuming: "The control plane is about to be started again",
  Scaling: "The number of replicas is about to change",
};

function asFalse(verdict: Verdict): Verdict {
  return { ...verdict, status: "False" };
}

function isNotTrue(verdict: Verdict | undefined): boolean {
  return verdict !== undefined && verdict.status !== "True";
}

/** Reasons, besides a refused spec, that only a change by somebody else can end. */
const STALLING: ReadonlySet<Reason> = new Set<Reason>([
  "SecretNotOwned",
  "RolledBack",
  "PKILost",
  "RestoreIncomplete",
]);

/** Kinds of failure after which the same request cannot succeed. */
const FINAL_FAILURES: ReadonlySet<FailureKind> = new Set<FailureKind>([
  "invalid",
  "denied",
  "alreadyExists",
]);

/** Present while nothing moves until somebody acts. Pure. */
export function stalled(account: Account, parts: Parts, summary: Verdict): Verdict | undefined {
  if (summary.status === "True") return undefined;
  const refused = parts.specAccepted.status === "False";
  const final = account.failure !== undefined && FINAL_FAILURES.has(account.failure.kind);
  const stays = summary.reason === "HelmFailed" && wasStalledByHelm(account);
  if (!refused && !final && !stays && !STALLING.has(summary.reason)) return undefined;
  return { ...summary, status: "True" };
}

/** Between two tries of the same spec nothing has changed about what helps. */
function wasStalledByHelm({ seen, failure }: Account): boolean {
  const { status, metadata } = seen.instance;
  const said = status?.conditions?.find(({ type }) => type === "Stalled");
  const isToday = said?.observedGeneration === metadata.generation;
  const waits = seen.release.kind === "failed" && failure === undefined;
  return waits && isToday && said?.reason === "HelmFailed";
}

/** Present while the operator works towards the spec. Pure. */
export function reconciling(
  { seen }: Account,
  summary: Verdict,
  stall: Verdict | undefined,
): Verdict | undefined {
  if (summary.status === "True" || stall !== undefined) return undefined;
  if (seen.instance.metadata.deletionTimestamp !== undefined) {
    return { ...summary, status: "True" };
  }
  // A suspension that was given up is nobody's work any more: the instance runs until its spec changes.
  if (isDrainAborted(seen.instance, seen.namespace) && isRunningInSync(seen)) return undefined;
  const reason = progressOf(seen) ?? summary.reason;
  return { status: "True", reason, message: summary.message };
}

/** What kind of change is under way, for the phase. Pure. */
function progressOf(seen: Account["seen"]): Reason | undefined {
  const hold = holdOf(seen);
  if (hold !== undefined) return hold.reason;
  return seen.storeWork.some(({ kind }) => kind === "restore") ? "Restoring" : changeOf(seen);
}

function changeOf(seen: Account["seen"]): Reason | undefined {
  if (modeOf(seen) === "suspended") {
    if (runningRevision(seen.release, seen.releases) === undefined) return "Installing";
    return isStopped(seen) ? undefined : "Suspending";
  }
  if (isRunningInSync(seen)) return undefined;
  const served = seen.releases.findLast(({ healthy, mode }) => healthy && mode === "running");
  const slept = seen.releases.findLast(({ mode }) => mode === "suspended" || mode === "storeOnly");
  if (slept !== undefined && slept.revision > (served?.revision ?? 0)) return "Resuming";
  if (served === undefined) return "Installing";
  return scales(seen) ? "Scaling" : "Upgrading";
}

function isRunningInSync(seen: Account["seen"]): boolean {
  return deployedRevision(seen)?.healthy === true && isInSync(seen);
}

function scales(seen: Account["seen"]): boolean {
  const current = deployedRevision(seen);
  const sameVersions =
    seen.desire.kind === "release" &&
    current?.chart === seen.desire.release.chartVersion &&
    current.kubernetes === seen.desire.release.kubernetesVersion;
  return sameVersions && (countDiffers(seen) || saidScaling(seen.instance));
}

/** The number that was asked of the workload, not of its pods: those come and go in any upgrade. */
function countDiffers({ instance, controlPlane }: Account["seen"]): boolean {
  if (controlPlane === undefined) return false;
  return controlPlane.replicas !== (instance.spec.controlPlane?.replicas ?? 1);
}

/** Once the pods are there, only what was said before tells why they were made. */
function saidScaling({ status, metadata }: VClusterInstance): boolean {
  const said = status?.conditions?.find(({ type }) => type === "Reconciling");
  return said?.reason === "Scaling" && said.observedGeneration === metadata.generation;
}
