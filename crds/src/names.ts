import { createHash } from "node:crypto";

/** Longest name of an instance; the schema refuses longer ones. */
export const MAX_INSTANCE_NAME_LENGTH = 40;

/** Keys of the Secret `NAME-kubeconfig`: the exposed address, and the address inside the host cluster. */
export const KUBECONFIG_KEYS = { exposed: "config", inCluster: "in-cluster" } as const;

/** Identity of an instance. */
export interface InstanceId {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The host namespace of an instance that names none: `vc-<hash8>-<name>`.
 *
 * The hash of `namespace/name` comes first, because charts cut long names at the end.
 */
export function defaultTargetNamespace(instance: InstanceId): string {
  return `vc-${hash8(instance)}-${instance.name}`;
}

/** The Helm release and, from it, the StatefulSet and Service of the control plane. */
export function releaseName(instanceName: string): string {
  return instanceName;
}

/** Our kubeconfig Secret, in the instance's namespace. */
export function kubeconfigSecretName(instanceName: string): string {
  return `${instanceName}-kubeconfig`;
}

/** The Role and RoleBinding by which the API may read that Secret, in the instance's namespace. */
export function kubeconfigReaderName(instanceName: string): string {
  return `${instanceName}-kubeconfig-reader`;
}

/** The Role and RoleBinding by which the API may read what pods use, in the target namespace. */
export function usageReaderName(instanceName: string): string {
  return `${instanceName}-usage-reader`;
}

/** The kubeconfig Secret that the virtual cluster writes into its target namespace; also its ServiceAccount and Role. */
export function virtualKubeconfigSecretName(instanceName: string): string {
  return `vc-${instanceName}`;
}

/** The Secret of the chart with the merged values, in the target namespace. */
export function configSecretName(instanceName: string): string {
  return `vc-config-${instanceName}`;
}

/** The Secret with the PKI, in the target namespace. */
export function certsSecretName(instanceName: string): string {
  return `${instanceName}-certs`;
}

/** The StatefulSet and Service of a deployed etcd, in the target namespace. */
export function etcdName(instanceName: string): string {
  return `${instanceName}-etcd`;
}

/** The copy of the PKI in the operator's namespace, unique across namespaces: `pki-<hash8>-<name>`. */
export function escrowSecretName(instance: InstanceId): string {
  return `pki-${hash8(instance)}-${instance.name}`;
}

/** The client's certificate of a store forwarder, in the operator's namespace: `forwarder-<hash8>-<name>`. */
export function forwarderSecretName(instance: InstanceId): string {
  return `forwarder-${hash8(instance)}-${instance.name}`;
}

function hash8({ namespace, name }: InstanceId): string {
  return createHash("sha256").update(`${namespace}/${name}`).digest("hex").slice(0, 8);
}
