import type { VClusterInstance } from "@open-vcluster/crds";
import { SOURCE_VERSION_ANNOTATION } from "@open-vcluster/crds";
import { externalEtcdSecretName } from "../../values/render/v1/store.ts";
import type { Located, Reads } from "../../world/reads.ts";
import { sourceVersionOf } from "../identity.ts";
import type { ExternalEtcdSeen } from "../seen.ts";

/** Compares the tenant's Secret for an external etcd with the copy that the control plane mounts. */
export async function glanceExternalEtcd(
  { spec }: VClusterInstance,
  at: Located,
  reads: Reads,
  signal: AbortSignal,
): Promise<ExternalEtcdSeen> {
  const external = spec.backingStore?.externalEtcd;
  if (external === undefined || spec.backingStore?.type !== "externalEtcd") {
    return { kind: "notUsed" };
  }
  const { name } = external.tlsSecretRef;
  const [source, copy] = await Promise.all([
    reads.secret(at.instance.namespace, name, signal),
    reads.secret(at.targetNamespace, externalEtcdSecretName(at.instance.name), signal),
  ]);
  if (source === undefined) return { kind: "sourceMissing", name };
  const isCurrent = copy?.annotations[SOURCE_VERSION_ANNOTATION] === sourceVersionOf(source);
  return isCurrent ? { kind: "current" } : { kind: "outdated" };
}
