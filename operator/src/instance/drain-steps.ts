import {
  AWAITING_WORKLOADS_ANNOTATION,
  DRAIN_LABEL,
  type InstanceSuspendOnTimeout,
} from "@open-vcluster/crds";
import type { DrainPlan } from "../drain/plan.ts";
import { type CheckContext, type Decision, step, waitFor } from "./decision.ts";
import { holdOf } from "./hold.ts";
import { isDrainAborted, isMarkedDraining, wantsSuspended } from "./power.ts";
import { deployedRevision, desiredRelease, isKnownToFail, isStopped } from "./release-facts.ts";
import type { InstanceSeen } from "./seen.ts";

/** Whether workloads are to be evicted before this instance stops: only a cluster that served can evict. Pure. */
export function isDrainDue(seen: InstanceSeen): boolean {
  const running = deployedRevision(seen);
  return (
    seen.instance.spec.suspend?.drain === true &&
    holdOf(seen) === undefined &&
    desiredRelease(seen)?.mode === "suspended" &&
    running?.mode === "running" &&
    seen.syncerKubeconfig !== undefined &&
    seen.chart.kind !== "refused" &&
    !isKnownToFail(seen)
  );
}

/** Evicts the tenant's pods while the virtual API still answers. Pure. */
export function drainBeforeSuspend(
  seen: InstanceSeen,
  { settings }: CheckContext,
): Decision | undefined {
  if (!isDrainDue(seen)) return undefined;
  if (!isMarkedDraining(seen.namespace)) {
    return step({ kind: "markDraining" }, "New pods of the tenant are refused from now on");
  }
  const { drain } = seen;
  switch (drain.kind) {
    case "none":
      return waitFor("The drain is about to start", settings.drainPollMs);
    case "planned":
      return planned(drain.plan, settings.drainPollMs);
    case "unreachable":
      if (!drain.timedOut) return waitFor(drain.why, settings.drainPollMs);
      return onTimeoutOf(seen) === "Abort" ? abort() : undefined;
  }
}

/** What the spec says about a drain that runs out of time. Pure. */
function onTimeoutOf({ instance }: InstanceSeen): InstanceSuspendOnTimeout {
  return instance.spec.suspend?.onTimeout ?? "Abort";
}

function planned(plan: DrainPlan, requeueAfterMs: number): Decision | undefined {
  switch (plan.kind) {
    case "evict":
      return {
        action: { kind: "evictPods", pods: plan.pods },
        why: `${String(plan.left)} pods are left`,
        requeueAfterMs,
      };
    case "wait":
      return waitFor(`${String(plan.left)} pods are going away`, requeueAfterMs);
    case "done":
      return undefined;
    case "timedOut":
      return outOfTime(plan, requeueAfterMs);
  }
}

function outOfTime(
  plan: Extract<DrainPlan, { kind: "timedOut" }>,
  requeueAfterMs: number,
): Decision | undefined {
  switch (plan.action) {
    case "Keep":
      return undefined;
    case "Delete":
      return {
        action: { kind: "deletePods", pods: plan.pods },
        why: "The drain timed out and the spec says Delete",
        requeueAfterMs,
      };
    case "Abort":
      return abort();
  }
}

function abort(): Decision {
  return step({ kind: "abortDrain" }, "The drain timed out and the spec says Abort");
}

/** The mark that refuses new pods goes as soon as it has no purpose, on every way out. Pure. */
export function drainMarkLeft(seen: InstanceSeen): Decision | undefined {
  if (!isMarkedDraining(seen.namespace)) return undefined;
  const over =
    !wantsSuspended(seen.instance) ||
    isDrainAborted(seen.instance, seen.namespace) ||
    seen.instance.spec.suspend?.drain !== true ||
    seen.desire.kind === "refused" ||
    isStopped(seen);
  return over
    ? step({ kind: "unmarkDraining" }, `Label ${DRAIN_LABEL} has no purpose any more`)
    : undefined;
}

/** The mark of a resume that waits for workloads goes when they are back, late, or suspended again. Pure. */
export function resumeMarkLeft(seen: InstanceSeen): Decision | undefined {
  const { namespace, workloads } = seen;
  if (namespace.kind !== "ours") return undefined;
  if (namespace.annotations[AWAITING_WORKLOADS_ANNOTATION] === undefined) return undefined;
  const over =
    wantsSuspended(seen.instance) ||
    workloads.kind === "ready" ||
    (workloads.kind === "waiting" && workloads.timedOut);
  return over
    ? step({ kind: "unmarkAwaitingWorkloads" }, "The resume no longer waits for workloads")
    : undefined;
}
