import type { Reason } from "@open-vcluster/crds";
import type { FailureKind } from "@open-vcluster/runtime";
import type { Account, Verdict } from "./conditions.ts";
import { wantsSuspended } from "./power.ts";
import { deployedRevision, isInSync, isStopped } from "./release-facts.ts";

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
  readonly deleting: Verdict | undefined;
}

/** The instance is what its spec asks for, running or suspended. Pure. */
export function ready(account: Account, parts: Parts): Verdict {
  const { seen } = account;
  if (parts.deleting !== undefined) return { ...parts.deleting, status: "False" };
  const obstacle = [parts.upgraded, parts.specAccepted, releaseObstacle(parts)].find(isNotTrue);
  if (obstacle !== undefined) return asFalse(obstacle);
  const waiting = (wantsSuspended(seen.instance) ? stopping : starting)(account, parts);
  if (waiting !== undefined) return asFalse(waiting);
  return wantsSuspended(seen.instance)
    ? { status: "True", reason: "Suspended", message: "Suspended, as the spec asks" }
    : { status: "True", reason: "Running", message: "The virtual cluster runs, as the spec asks" };
}

/** A release that is merely behind is on its way; anything else about it is the news. */
function releaseObstacle({ helmReleased }: Parts): Verdict | undefined {
  return helmReleased.reason === "Upgrading" ? undefined : helmReleased;
}

function stopping(_account: Account, parts: Parts): Verdict | undefined {
  if (parts.suspended.status === "True") return undefined;
  return isNotTrue(parts.drained) ? parts.drained : parts.suspended;
}

function starting({ seen }: Account, parts: Parts): Verdict | undefined {
  const awaited = parts.workloadsReady?.reason === "WaitingForWorkloads";
  const waiting = [
    parts.helmReleased,
    parts.controlPlaneAvailable,
    parts.kubeconfigReady,
    awaited ? parts.workloadsReady : undefined,
  ].find(isNotTrue);
  if (waiting !== undefined || deployedRevision(seen)?.healthy === true) return waiting;
  const message = "Not every replica is up to date and ready yet";
  return { status: "False", reason: "Upgrading", message };
}

function asFalse(verdict: Verdict): Verdict {
  return { ...verdict, status: "False" };
}

function isNotTrue(verdict: Verdict | undefined): boolean {
  return verdict !== undefined && verdict.status !== "True";
}

/** Reasons, besides a refused spec, that only a change by somebody else can end. */
const STALLING: ReadonlySet<Reason> = new Set<Reason>(["SecretNotOwned", "RolledBack", "PKILost"]);

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
  if (!refused && !final && !STALLING.has(summary.reason)) return undefined;
  return { ...summary, status: "True" };
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
  const reason = progressOf(seen) ?? summary.reason;
  return { status: "True", reason, message: summary.message };
}

/** What kind of change is under way, for the phase. Pure. */
function progressOf(seen: Account["seen"]): Reason | undefined {
  const current = deployedRevision(seen);
  if (wantsSuspended(seen.instance)) return isStopped(seen) ? undefined : "Suspending";
  const everServed = seen.releases.some(({ healthy }) => healthy);
  const wasSuspended = seen.releases.some(({ mode }) => mode === "suspended");
  if (current?.healthy === true && isInSync(seen)) return undefined;
  if (wasSuspended) return "Resuming";
  if (!everServed) return "Installing";
  return scales(seen) ? "Scaling" : "Upgrading";
}

function scales(seen: Account["seen"]): boolean {
  const current = deployedRevision(seen);
  const sameVersions =
    seen.desire.kind === "release" &&
    current?.chart === seen.desire.release.chartVersion &&
    current.kubernetes === seen.desire.release.kubernetesVersion;
  const replicas = seen.instance.spec.controlPlane?.replicas ?? 1;
  return (
    sameVersions &&
    seen.instance.status?.replicas !== undefined &&
    seen.instance.status.replicas !== replicas
  );
}
