import { INSTANCE_FINALIZER } from "@open-vcluster/crds";
import { type Check, type CheckContext, type Decision, step, waitFor } from "./decision.ts";
import { beingDeleted } from "./deletion.ts";
import { drainBeforeSuspend, drainMarkLeft, resumeMarkLeft } from "./drain-steps.ts";
import { notServingYet, revisionNewlyHealthy, upgradeFailed } from "./health-steps.ts";
import { certificatesRenewed, identityIncomplete } from "./identity-steps.ts";
import { releaseDrifted, releaseHeld, releaseOutOfDate, staleObjects } from "./release-steps.ts";
import type { InstanceSeen } from "./seen.ts";

/** Checks in order; the first that speaks wins. */
const CHECKS: readonly Check[] = [
  beingDeleted, // teardown outranks everything
  finalizerMissing, // nothing is made before we can promise to clean it up
  namespaceUnusable, // what is not ours is never touched
  namespaceMissing, // everything else lives in it
  identityIncomplete, // certificates come before the pods that mount them
  releaseHeld, // a Helm run, living or dead, holds the release
  drainBeforeSuspend, // workloads go while their API still answers
  releaseOutOfDate, // the spec asks for something else than what runs
  upgradeFailed, // back to what served, once
  releaseDrifted, // somebody changed what Helm made
  staleObjects, // what an interrupted run left behind
  certificatesRenewed, // the copy in escrow keeps up
  drainMarkLeft, // new pods are welcome again
  kubeconfigOutOfDate, // users get in
  revisionNewlyHealthy, // remembered, so that it is asked only once
  resumeMarkLeft, // workloads are back, or took too long
  notServingYet, // nothing to do but look again
];

/** Chooses the one next step. Pure. */
export function decide(seen: InstanceSeen, context: CheckContext): Decision {
  for (const check of CHECKS) {
    const decision = check(seen, context);
    if (decision !== undefined) return decision;
  }
  return { action: { kind: "none" }, why: "Everything is as it should be" };
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

function kubeconfigOutOfDate(seen: InstanceSeen): Decision | undefined {
  if (seen.kubeconfig.kind === "foreign" || seen.kubeconfigCurrent) return undefined;
  const address = seen.service?.clusterIP ?? "";
  if (seen.syncerKubeconfig === undefined || address === "") return undefined;
  return step({ kind: "writeKubeconfig" }, "The kubeconfig is missing or out of date");
}
