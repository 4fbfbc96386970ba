import { FORCE_DELETE_ANNOTATION, INSTANCE_FINALIZER } from "@open-vcluster/crds";
import { type CheckContext, type Decision, step, waitFor } from "./decision.ts";
import type { InstanceSeen } from "./seen.ts";

/** Tears an instance down, from any state. Pure. */
export function beingDeleted(seen: InstanceSeen, context: CheckContext): Decision | undefined {
  const { metadata, spec } = seen.instance;
  if (metadata.deletionTimestamp === undefined) return undefined;
  if (metadata.finalizers?.includes(INSTANCE_FINALIZER) !== true) {
    return waitFor("Others still hold the instance");
  }
  if (spec.deletionProtection === true) return waitFor("The instance is protected");
  if (hasLostNamespace(seen) && !isForced(seen)) {
    return waitFor("The target namespace lost its labels", context.settings.startPollMs * 6);
  }
  const step =
    spec.deletionPolicy === "Retain" ? stopAndKeep(seen, context) : removeNamespace(seen, context);
  return step ?? removeTraces(seen);
}

/** The namespace no longer says that it is ours, but what runs in it does: removing it all would be a guess. Pure. */
export function hasLostNamespace({ namespace, release }: InstanceSeen): boolean {
  return namespace.kind === "foreign" && release.kind !== "absent" && release.kind !== "foreign";
}

/** Whether nothing may hold the deletion up. Pure. */
export function isForced({ instance }: Pick<InstanceSeen, "instance">): boolean {
  return (
    instance.spec.deletionPolicy === "Force" ||
    instance.metadata.annotations?.[FORCE_DELETE_ANNOTATION] === "true"
  );
}

/** Retain: computing ends, data and identity stay for an instance of the same name. */
function stopAndKeep(seen: InstanceSeen, { settings }: CheckContext): Decision | undefined {
  if (seen.namespace.kind !== "ours" || seen.namespace.terminating) return undefined;
  if (seen.release.kind !== "absent" && seen.release.kind !== "foreign") {
    return step({ kind: "uninstall" }, "The release goes, the volumes stay");
  }
  const { pods = 0, isStoreOpen = false } = seen.remains ?? {};
  if (isStoreOpen) {
    // A pod that is ending tells nobody when it has.
    const requeueAfterMs = settings.drainPollMs;
    return { action: { kind: "closeStore" }, why: "The way to its store is open", requeueAfterMs };
  }
  if (pods === 0) return undefined;
  return {
    action: { kind: "deleteTenantPods" },
    why: `${pods} pods still run without a control plane`,
    requeueAfterMs: settings.drainPollMs,
  };
}

function removeNamespace(seen: InstanceSeen, { settings }: CheckContext): Decision | undefined {
  const { namespace } = seen;
  if (namespace.kind !== "ours") return undefined;
  if (!namespace.terminating) return step({ kind: "deleteNamespace" }, "The namespace goes first");
  const forced = isForced(seen);
  if (forced || (seen.remains?.orphanedFinalizers ?? 0) > 0) {
    return {
      action: { kind: "stripFinalizers", all: forced },
      why: "Objects wait for a finalizer that nobody removes any more",
      requeueAfterMs: settings.drainPollMs,
    };
  }
  return waitFor("The namespace is going away", settings.startPollMs);
}

function removeTraces(seen: InstanceSeen): Decision {
  const keeps = seen.instance.spec.deletionPolicy === "Retain";
  if (!keeps && (seen.remains?.clusterObjects ?? 0) > 0) {
    return step({ kind: "deleteClusterObjects" }, "Cluster-scoped objects are left");
  }
  if (seen.kubeconfig.kind === "present") {
    return step({ kind: "deleteKubeconfig" }, "The kubeconfig is left");
  }
  if (seen.reader.present) {
    return step({ kind: "deleteReader" }, "The leave to read the kubeconfig and the usage is left");
  }
  if (!keeps && seen.escrowExists) {
    return step({ kind: "deleteEscrow" }, "The copy of the certificates is left");
  }
  return step({ kind: "removeFinalizer" }, "Nothing of the instance is left");
}
