import type { Reason } from "@open-vcluster/crds";
import type { Failure } from "@open-vcluster/runtime";
import type { EvictionOutcome } from "../drain/evict.ts";
import type { SpecRefusal } from "../values/spec-refusal.ts";
import { isForced } from "./deletion.ts";
import { isDrainDue } from "./drain-steps.ts";
import { isDrainAborted, isMarkedDraining, wantsSuspended } from "./power.ts";
import {
  deployedRevision,
  failedDigest,
  isInSync,
  isKnownToFail,
  isRolledOut,
  isStopped,
} from "./release-facts.ts";
import type { InstanceSeen } from "./seen.ts";

/** One condition without its times. */
export interface Verdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: Reason;
  readonly message: string;
}

/** What conditions are made from: the observation and how the step went. */
export interface Account {
  readonly seen: InstanceSeen;
  /** Why the step failed, if it did. */
  readonly failure: Failure | undefined;
  readonly evictions: readonly EvictionOutcome[];
}

const yes = (reason: Reason, message: string): Verdict => ({ status: "True", reason, message });
const no = (reason: Reason, message: string): Verdict => ({ status: "False", reason, message });
const unknown = (reason: Reason, message: string): Verdict => ({
  status: "Unknown",
  reason,
  message,
});

/** Whether the spec can be carried out. Pure. */
export function specAccepted({ seen }: Account): Verdict {
  const { desire, chart, namespace, externalEtcd } = seen;
  if (desire.kind === "refused") return firstOf(desire.refused);
  if (chart.kind === "refused") return firstOf([chart.refused]);
  if (namespace.kind === "foreign") {
    return no(
      "NamespaceNotOwned",
      `Namespace ${seen.targetNamespace} exists and was not made for this instance: choose another spec.targetNamespace in a new instance, or remove that namespace`,
    );
  }
  if (namespace.kind === "taken") {
    return no(
      "NamespaceTaken",
      `Namespace ${seen.targetNamespace} belongs to ${namespace.by}, and one namespace holds one virtual cluster: create this instance with another spec.targetNamespace`,
    );
  }
  if (externalEtcd.kind === "sourceMissing") {
    return no(
      "ExternalEtcdSecretMissing",
      `Secret ${externalEtcd.name} is missing in this namespace: create it with the keys ca.crt, tls.crt and tls.key`,
    );
  }
  return yes("Accepted", "The spec can be carried out");
}

function firstOf(refused: readonly SpecRefusal[]): Verdict {
  const [first] = refused;
  if (first === undefined) return unknown("Pending", "The spec was not judged yet");
  const message = refused.map(({ field, message: text }) => `${field}: ${text}`).join(" ");
  return no(first.reason, message);
}

/** Whether the Helm release carries today's spec. Pure. */
export function helmReleased({ seen, failure }: Account): Verdict {
  const { release, chart, identity, namespace } = seen;
  if (identity.kind === "refuse") return no("PKILost", identity.message);
  if (namespace.kind === "ours" && namespace.terminating) {
    return no("NamespaceTerminating", `Namespace ${seen.targetNamespace} is being deleted`);
  }
  if (chart.kind === "unavailable") return no("ChartUnavailable", chart.message);
  if (failure !== undefined && failure.kind !== "conflict" && !isInSync(seen)) {
    return no("HelmFailed", failure.message);
  }
  switch (release.kind) {
    case "absent":
      return unknown("Pending", "The release is not installed yet");
    case "foreign":
      return no(
        "NamespaceNotOwned",
        `A Helm release ${seen.instance.metadata.name} that is not ours exists in ${seen.targetNamespace}: remove it`,
      );
    case "pendingAlive":
      return unknown("ReleasePending", "A Helm run is at work on the release");
    case "pendingDead":
      return unknown("ReleaseInterrupted", "A Helm run was interrupted and is being repaired");
    case "failed":
      return no("HelmFailed", helmsWords(seen) ?? "The last Helm run failed; it is tried again");
    case "deployed":
      return deployedVerdict(seen);
  }
}

/** Helm's words live only in the status: they stay for as long as its failure does. */
function helmsWords({ instance }: InstanceSeen): string | undefined {
  const said = instance.status?.conditions?.find(({ type }) => type === "HelmReleased");
  const isToday = said?.observedGeneration === instance.metadata.generation;
  return isToday && said?.reason === "HelmFailed" ? said.message : undefined;
}

function deployedVerdict(seen: InstanceSeen): Verdict {
  if (isKnownToFail(seen)) {
    return no("RolledBack", "The release is the one before the upgrade that failed");
  }
  if (isInSync(seen)) return yes("ReleaseDeployed", "The release carries today's spec");
  return no("Upgrading", "The release carries an earlier spec");
}

/** Whether the virtual API answers. Pure. */
export function controlPlaneAvailable({ seen }: Account): Verdict {
  const current = deployedRevision(seen);
  const ready = seen.controlPlane?.ready ?? 0;
  const wanted = seen.controlPlane?.replicas ?? 0;
  if (current?.mode === "suspended" && ready === 0) {
    return no("Suspended", "The control plane is stopped, as the spec asks");
  }
  const serves = ready > 0 && (current?.healthy === true || seen.probe.kind === "ready");
  if (serves || (ready > 0 && hasServed(seen))) {
    const diagnosed = seen.diagnosis === undefined ? "" : `: ${seen.diagnosis.message}`;
    const message =
      ready >= wanted
        ? "The virtual API answers"
        : `The virtual API answers with ${String(ready)} of ${String(wanted)} replicas${diagnosed}`;
    return yes("ControlPlaneReady", message);
  }
  if (seen.diagnosis !== undefined) {
    return no(seen.diagnosis.reason, seen.diagnosis.message);
  }
  if (seen.probe.kind === "unreachable") return no("APIUnreachable", seen.probe.why);
  if (current === undefined) return unknown("Pending", "There is no control plane yet");
  return no("ControlPlaneStarting", "The control plane's pods are starting");
}

/** During an upgrade the pods of the revision before may still serve. */
function hasServed(seen: InstanceSeen): boolean {
  return seen.releases.some(({ healthy, mode }) => healthy && mode === "running");
}

/** Whether users can get in with `NAME-kubeconfig`. Pure. */
export function kubeconfigReady({ seen }: Account): Verdict {
  switch (seen.kubeconfig.kind) {
    case "foreign":
      return no(
        "SecretNotOwned",
        `Secret ${seen.instance.metadata.name}-kubeconfig exists and is not ours: rename or delete it`,
      );
    case "present":
      return seen.kubeconfigCurrent || seen.syncerKubeconfig === undefined
        ? yes("KubeconfigWritten", "The kubeconfig is up to date")
        : unknown("KubeconfigPending", "The kubeconfig is about to be renewed");
    case "absent":
      return unknown("KubeconfigPending", "The virtual cluster has not issued its kubeconfig yet");
  }
}

/** Whether the instance is at rest. Pure. */
export function suspended({ seen }: Account): Verdict {
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

/** Present only after an upgrade that was rolled back. Pure. */
export function upgraded({ seen }: Account): Verdict | undefined {
  if (failedDigest(seen.namespace) === undefined || !isKnownToFail(seen)) return undefined;
  const current = deployedRevision(seen);
  const serving =
    current?.healthy === true || isRolledOut(seen)
      ? "what ran before serves again"
      : "what ran before is coming back";
  return no(
    "RolledBack",
    `The last change never became ready, so it was rolled back and ${serving}. It is not tried again until the spec changes`,
  );
}

/** Present only while the instance is being deleted. Pure. */
export function deleting({ seen, failure }: Account): Verdict | undefined {
  if (seen.instance.metadata.deletionTimestamp === undefined) return undefined;
  if (seen.instance.spec.deletionProtection === true) {
    return yes(
      "DeletionProtected",
      "Set spec.deletionProtection to false to let the deletion go on",
    );
  }
  if (failure !== undefined && failure.kind !== "conflict") {
    return yes("DeletionBlocked", failure.message);
  }
  const { namespace } = seen;
  const remaining = namespace.kind === "ours" ? namespace.remaining : "";
  if (remaining === "" || isForced(seen)) return yes("Deleting", "The instance is being removed");
  return yes("Deleting", `Namespace ${seen.targetNamespace} is going away: ${remaining}`);
}
