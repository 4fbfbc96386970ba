import { isDrainDue } from "../drain-steps.ts";
import { disturbedWork, holdOf, isSuspensionDeferred } from "../hold.ts";
import { isDrainAborted, isMarkedDraining, wantsSuspended } from "../power.ts";
import { deployedRevision, isStopped } from "../release-facts.ts";
import type { InstanceSeen } from "../seen.ts";
import { awaitedSnapshot, heldWords } from "./store.ts";
import { type Account, no, type Verdict, yes } from "./verdict.ts";

/** Whether the instance is at rest. Pure. */
export function suspended({ seen }: Account): Verdict {
  const hold = holdOf(seen);
  if (hold !== undefined) return no(hold.reason, heldWords(hold));
  if (isStopped(seen) || staysStopped(seen)) {
    return wantsSuspended(seen.instance)
      ? yes(
          "Suspended",
          "The control plane and its store are stopped; volumes and Secrets are kept",
        )
      : no("Resuming", "The instance is about to start");
  }
  if (!wantsSuspended(seen.instance)) return no("Running", "The spec asks for a running cluster");
  if (isDrainAborted(seen.instance, seen.namespace)) {
    return no(
      "DrainAborted",
      "The drain timed out and the suspension was given up: release the pods in status.drain and change spec.suspend",
    );
  }
  return notYet(seen);
}

/** What a suspension that is wanted waits for. */
function notYet(seen: InstanceSeen): Verdict {
  const snapshot = awaitedSnapshot(seen);
  if (snapshot !== undefined) return snapshot;
  if (isSuspensionDeferred(seen)) {
    return no("Suspending", `The suspension waits for ${disturbedWork(seen)?.by ?? ""}`);
  }
  return isDrainDue(seen)
    ? no("Draining", "Workload pods are being evicted first")
    : no("Suspending", "The control plane is being stopped");
}

/** A stopped release was applied again: that the controllers have not looked at it yet wakes nobody. */
function staysStopped(seen: InstanceSeen): boolean {
  const said = seen.instance.status?.conditions?.find(({ type }) => type === "Suspended");
  return (
    said?.status === "True" &&
    wantsSuspended(seen.instance) &&
    deployedRevision(seen)?.mode === "suspended" &&
    [seen.controlPlane, seen.etcd].every(
      (workload) => workload === undefined || workload.replicas + workload.current === 0,
    )
  );
}

/** How the last drain went; undefined where none was asked for. Pure. */
export function drained({ seen, evictions }: Account): Verdict | undefined {
  if (!wantsSuspended(seen.instance) || seen.instance.spec.suspend?.drain !== true)
    return undefined;
  if (isDrainAborted(seen.instance, seen.namespace)) {
    return no("DrainAborted", "Pods could not be evicted in time; the instance keeps running");
  }
  const refusal = evictions.find((outcome) => outcome.kind === "refused");
  if (refusal?.kind === "refused") {
    return no(
      "DrainBlocked",
      `Pod ${refusal.pod.namespace}/${refusal.pod.name} is not evicted: ${refusal.message}`,
    );
  }
  if (seen.drain.kind === "unreachable") return no("Draining", seen.drain.why);
  if (seen.drain.kind === "planned") return planVerdict(seen.drain.plan);
  if (isMarkedDraining(seen.namespace) && isDrainDue(seen)) {
    return no("Draining", "Workload pods are being evicted");
  }
  return undefined;
}

function planVerdict(
  plan: Extract<InstanceSeen["drain"], { kind: "planned" }>["plan"],
): Verdict | undefined {
  switch (plan.kind) {
    case "evict":
    case "wait":
      return no("Draining", "Workload pods are being evicted");
    case "done":
      return yes("DrainCompleted", "Every workload pod that was to go is gone");
    case "timedOut":
      return plan.action === "Abort"
        ? no("DrainAborted", "Pods could not be evicted in time")
        : no("DrainTimedOut", "Pods could not be evicted in time; the suspension goes on");
  }
}

/** Whether workloads are back after a resume; undefined where nobody waits. Pure. */
export function workloadsReady({ seen }: Account): Verdict | undefined {
  switch (seen.workloads.kind) {
    case "notAwaited":
      return undefined;
    case "ready":
      return yes("WorkloadsReady", "The workloads are available again");
    case "waiting":
      return seen.workloads.timedOut
        ? no("WorkloadsTimedOut", seen.workloads.why)
        : no("WaitingForWorkloads", seen.workloads.why);
  }
}
