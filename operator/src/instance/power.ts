import type { VClusterInstance } from "@open-vcluster/crds";
import { DRAIN_ABORTED_ANNOTATION, DRAIN_LABEL } from "@open-vcluster/crds";
import type { NamespaceSeen } from "./seen.ts";

/** Whether the spec asks for a stopped cluster. Pure. */
export function wantsSuspended(instance: VClusterInstance): boolean {
  return instance.spec.powerState === "Suspended";
}

/** Whether a drain for this generation of the spec ran out of time and gave up. Pure. */
export function isDrainAborted(instance: VClusterInstance, namespace: NamespaceSeen): boolean {
  if (namespace.kind !== "ours" || !wantsSuspended(instance)) return false;
  return (
    namespace.annotations[DRAIN_ABORTED_ANNOTATION] === String(instance.metadata.generation ?? 0)
  );
}

/** Whether the namespace refuses new pods of the tenant because a drain runs. Pure. */
export function isMarkedDraining(namespace: NamespaceSeen): boolean {
  return namespace.kind === "ours" && namespace.labels[DRAIN_LABEL] === "true";
}
