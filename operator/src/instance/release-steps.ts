import { AWAITING_WORKLOADS_ANNOTATION, SERVED_ANNOTATION } from "@open-vcluster/crds";
import { type CheckContext, type Decision, step, waitFor } from "./decision.ts";
import type { DesiredRelease } from "./desire.ts";
import { disturbedWork } from "./hold.ts";
import {
  deployedRevision,
  desiredRelease,
  isInSync,
  isKnownToFail,
  pauseAfterFailureMs,
  releaseDigest,
  servedMark,
} from "./release-facts.ts";
import type { InstanceSeen } from "./seen.ts";

/** A Helm run holds the release, or died holding it. Pure. */
export function releaseHeld(
  { release }: InstanceSeen,
  { settings }: CheckContext,
): Decision | undefined {
  switch (release.kind) {
    case "pendingAlive":
      return waitFor("A Helm run may still be at work", release.remainingMs);
    case "pendingDead":
      return step(
        { kind: "deletePendingRevision", revision: release.current },
        "A Helm run died and left the release locked",
      );
    case "foreign":
      // No event tells when a stranger's release goes.
      return waitFor("The release of this name is not ours", settings.startPollMs * 6);
    case "absent":
    case "deployed":
    case "failed":
      return undefined;
  }
}

/** The spec asks for something else than what runs. Pure. */
export function releaseOutOfDate(
  seen: InstanceSeen,
  { nowMs, settings }: CheckContext,
): Decision | undefined {
  const desired = desiredRelease(seen);
  if (desired === undefined || isInSync(seen) || isKnownToFail(seen)) return undefined;
  const work = disturbedWork(seen);
  if (work !== undefined && deployedRevision(seen)?.mode === desired.mode) {
    return waitFor(`${work.by} works on the store; the spec is carried out afterwards`);
  }
  const pauseMs = pauseAfterFailureMs(seen, releaseDigest(desired), nowMs);
  if (pauseMs > 0) return waitFor("Helm failed on this spec; it is tried again later", pauseMs);
  return (
    chartMissing(seen, settings) ?? etcdSecretMissing(seen, settings) ?? applied(seen, desired)
  );
}

function chartMissing(
  { chart }: InstanceSeen,
  { startPollMs }: CheckContext["settings"],
): Decision | undefined {
  switch (chart.kind) {
    case "refused":
      return waitFor("The chart refuses the values");
    case "unavailable":
      return waitFor("The chart cannot be fetched", startPollMs);
    case "notNeeded":
    case "ready":
      return undefined;
  }
}

function etcdSecretMissing(
  { externalEtcd }: InstanceSeen,
  { startPollMs }: CheckContext["settings"],
): Decision | undefined {
  switch (externalEtcd.kind) {
    case "sourceMissing":
      return waitFor("The Secret for the external etcd is missing", startPollMs);
    case "outdated":
      return step({ kind: "copyExternalEtcdSecret" }, "The certificates for etcd changed");
    case "notUsed":
    case "current":
      return undefined;
  }
}

function applied(seen: InstanceSeen, release: DesiredRelease): Decision {
  const versions = unrememberedVersions(seen);
  if (versions !== undefined) {
    return step({ kind: "markServed", versions }, "Helm forgets what served after two more runs");
  }
  if (mustAwaitWorkloads(seen)) {
    return step({ kind: "markAwaitingWorkloads" }, "The resume is to wait for workloads");
  }
  const chartPath = seen.chart.kind === "ready" ? seen.chart.path : "";
  return step(
    { kind: "applyRelease", release, chartPath },
    seen.release.kind === "deployed" ? "The spec changed" : "The release is not deployed",
  );
}

function unrememberedVersions(seen: InstanceSeen): string | undefined {
  const current = deployedRevision(seen);
  if (current?.healthy !== true || seen.namespace.kind !== "ours") return undefined;
  const versions = servedMark(current);
  return seen.namespace.annotations[SERVED_ANNOTATION] === versions ? undefined : versions;
}

function mustAwaitWorkloads(seen: InstanceSeen): boolean {
  const resuming =
    desiredRelease(seen)?.mode === "running" &&
    deployedRevision(seen) !== undefined &&
    deployedRevision(seen)?.mode !== "running";
  return (
    resuming &&
    seen.instance.spec.resume?.waitForWorkloads === true &&
    seen.namespace.kind === "ours" &&
    seen.namespace.annotations[AWAITING_WORKLOADS_ANNOTATION] === undefined
  );
}

/** The certificates for an external etcd were renewed, or are away; no event tells of either. Pure. */
export function externalEtcdRenewed(seen: InstanceSeen): Decision | undefined {
  if (seen.externalEtcd.kind !== "outdated" || seen.release.kind !== "deployed") return undefined;
  return step({ kind: "copyExternalEtcdSecret" }, "The certificates for etcd were renewed");
}

/** Somebody changed or removed what Helm made. Pure. */
export function releaseDrifted(seen: InstanceSeen, context: CheckContext): Decision | undefined {
  const current = deployedRevision(seen);
  if (current === undefined) return undefined;
  const why = driftOf(seen);
  if (why === undefined) return undefined;
  const settledInMs = current.modifiedAtMs + context.settings.driftGraceMs - context.nowMs;
  if (settledInMs > 0) return undefined;
  const desired = desiredRelease(seen);
  if (desired !== undefined && isInSync(seen)) {
    if (seen.chart.kind === "unavailable") return waitFor(why, context.settings.startPollMs);
    if (seen.chart.kind === "ready") {
      return step({ kind: "applyRelease", release: desired, chartPath: seen.chart.path }, why);
    }
  }
  // Spec or chart are refused or known to fail, so they must not be used: what runs is applied again.
  return step({ kind: "rollBack", toRevision: current.revision }, why);
}

/** How the chart's objects differ from the manifest, as a sentence; undefined if they do not. Pure. */
export function driftOf(seen: InstanceSeen): string | undefined {
  const { expected, current } = seen.rendered;
  if (expected === undefined) return "The release's record of its objects is gone";
  if (current < expected) {
    return `${String(expected - current)} of the release's ${String(expected)} objects are gone`;
  }
  const { controlPlane, etcd } = seen;
  const wanted = wantedReplicas(seen);
  if (wanted === undefined) return stoppedByHand(seen);
  if (controlPlane !== undefined && controlPlane.replicas !== wanted.controlPlane) {
    return `The control plane was set to ${String(controlPlane.replicas)} replicas by hand`;
  }
  if (etcd !== undefined && etcd.replicas !== wanted.etcd) {
    return `etcd was set to ${String(etcd.replicas)} replicas by hand`;
  }
  return undefined;
}

/** Nobody says how many there should be, but what runs has some. */
function stoppedByHand(seen: InstanceSeen): string | undefined {
  if (deployedRevision(seen)?.mode !== "running") return undefined;
  const stopped = [seen.controlPlane, seen.etcd].find((workload) => workload?.replicas === 0);
  return stopped === undefined ? undefined : `${stopped.name} was set to 0 replicas by hand`;
}

function wantedReplicas(
  seen: InstanceSeen,
): { readonly controlPlane: number; readonly etcd: number } | undefined {
  const current = deployedRevision(seen);
  // A release that is stopped or kept alone stays so, whatever has become of the spec since.
  if (current?.mode === "suspended") return { controlPlane: 0, etcd: 0 };
  if (current?.mode === "storeOnly") return { controlPlane: 0, etcd: current.etcdMembers };
  const desired = desiredRelease(seen);
  if (desired === undefined || !isInSync(seen)) return undefined;
  return {
    controlPlane: seen.instance.spec.controlPlane?.replicas ?? 1,
    etcd: desired.etcdMembers,
  };
}

/** Objects of the chart that the current manifest no longer has. Pure. */
export function staleObjects(seen: InstanceSeen, context: CheckContext): Decision | undefined {
  const current = deployedRevision(seen);
  if (current === undefined || seen.rendered.stale.length === 0) return undefined;
  const settledInMs = current.modifiedAtMs + context.settings.driftGraceMs - context.nowMs;
  if (settledInMs > 0) return undefined;
  return step({ kind: "prune" }, "An interrupted Helm run left objects behind");
}
