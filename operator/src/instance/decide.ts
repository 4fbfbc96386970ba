import { INSTANCE_FINALIZER } from "@open-vcluster/crds";
import { type Check, type CheckContext, type Decision, step, waitFor } from "./decision.ts";
import { beingDeleted } from "./deletion.ts";
import { drainBeforeSuspend, drainMarkLeft, resumeMarkLeft } from "./drain-steps.ts";
import { finalSnapshotDue, snapshotDue } from "./due-snapshot.ts";
import {
  failureOutlived,
  notServingYet,
  revisionNewlyHealthy,
  upgradeFailed,
} from "./health-steps.ts";
import { certificatesRenewed, identityIncomplete } from "./identity-steps.ts";
import {
  externalEtcdRenewed,
  releaseDrifted,
  releaseHeld,
  releaseOutOfDate,
  staleObjects,
} from "./release-steps.ts";
import type { InstanceSeen } from "./seen.ts";

/** Checks in order; the first that speaks wins. */
const CHECKS: readonly Check[] = [
  finalSnapshotDue, // nothing is torn down before it
  beingDeleted, // teardown outranks everything
  finalizerMissing, // nothing is made before we can promise to clean it up
  namespaceUnusable, // what is not ours is never touched
  namespaceMissing, // everything else lives in it
  identityIncomplete, // certificates come before the pods that mount them
  releaseHeld, // a Helm run, living or dead, holds the release
  snapshotAwaited, // what cannot be undone waits for it
  drainBeforeSuspend, // workloads go while their API still answers
  releaseOutOfDate, // the spec asks for something else than what runs
  externalEtcdRenewed, // the control plane reads its certificates anew
  upgradeFailed, // back to what served, once
  failureOutlived, // a failure is remembered until the spec is carried out
  releaseDrifted, // somebody changed what Helm made
  staleObjects, // what an interrupted run left behind
  certificatesRenewed, // the copy in escrow keeps up
  drainMarkLeft, // new pods are welcome again
  kubeconfigOutOfDate, // users get in
  readerOutOfDate, // the API gets in on their behalf
  revisionNewlyHealthy, // remembered, so that it is asked only once
  resumeMarkLeft, // workloads are back, or took too long
  notServingYet, // nothing to do but look again
  strangersInvolved, // what is not ours tells us nothing by itself
];

/** Chooses the one next step. Pure. */
export function decide(seen: InstanceSeen, context: CheckContext): Decision {
  return (
    firstOf(CHECKS, seen, context) ?? {
      action: { kind: "none" },
      why: "Everything is as it should be",
    }
  );
}

function firstOf(
  checks: readonly Check[],
  seen: InstanceSeen,
  context: CheckContext,
): Decision | undefined {
  for (const check of checks) {
    const decision = check(seen, context);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

/** What runs is kept as it is meanwhile, which may take long. */
const REPAIRS: readonly Check[] = [
  releaseDrifted,
  certificatesRenewed,
  kubeconfigOutOfDate,
  readerOutOfDate,
];

function snapshotAwaited(seen: InstanceSeen, context: CheckContext): Decision | undefined {
  const due = snapshotDue(seen, context);
  if (due?.action.kind !== "none") return due;
  return firstOf(REPAIRS, seen, context) ?? due;
}

function finalizerMissing({ instance }: InstanceSeen): Decision | undefined {
  if (instance.metadata.finalizers?.includes(INSTANCE_FINALIZER) === true) return undefined;
  return step({ kind: "addFinalizer" }, "The instance has no finalizer yet");
}

function namespaceUnusable(
  { namespace }: InstanceSeen,
  { settings }: CheckContext,
): Decision | undefined {
  switch (namespace.kind) {
    case "foreign":
    case "taken":
      return waitFor("The target namespace belongs to somebody else", settings.startPollMs * 6);
    case "ours":
      return namespace.terminating
        ? waitFor("The target namespace is going away", settings.startPollMs)
        : undefined;
    case "absent":
      return undefined;
  }
}

function namespaceMissing({ namespace, desire }: InstanceSeen): Decision | undefined {
  if (namespace.kind !== "absent") return undefined;
  if (desire.kind === "refused") return waitFor("The spec is refused");
  return step({ kind: "createNamespace" }, "The target namespace does not exist");
}

/** Secrets of others carry no label of ours, so no event tells of them: they are looked at now and then. */
function strangersInvolved(
  { kubeconfig, externalEtcd }: InstanceSeen,
  { settings }: CheckContext,
): Decision | undefined {
  if (kubeconfig.kind === "foreign") {
    return waitFor("The Secret for the kubeconfig is not ours", settings.startPollMs * 6);
  }
  if (externalEtcd.kind === "notUsed") return undefined;
  return waitFor("The certificates for etcd may be renewed", settings.startPollMs * 12);
}

function kubeconfigOutOfDate(seen: InstanceSeen): Decision | undefined {
  if (seen.kubeconfig.kind === "foreign" || seen.kubeconfigCurrent) return undefined;
  const address = seen.service?.clusterIP ?? "";
  if (seen.syncerKubeconfig === undefined || address === "") return undefined;
  return step({ kind: "writeKubeconfig" }, "The kubeconfig is missing or out of date");
}

function readerOutOfDate({ reader }: InstanceSeen): Decision | undefined {
  if (reader.current) return undefined;
  return step(
    { kind: "writeReader" },
    "The API may not read the kubeconfig and the usage, or more than that",
  );
}
