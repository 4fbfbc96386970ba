import { isDeepStrictEqual } from "node:util";
import { kubeconfigReaderName, kubeconfigSecretName } from "@open-vcluster/crds";
import type { KubeObject, OwnerReference } from "@open-vcluster/runtime";
import { KINDS } from "../world/kinds.ts";
import { carriesLabels } from "../world/project.ts";
import type { InstanceKey, ReaderMarks } from "../world/reads.ts";

/** A ServiceAccount of the host cluster. */
export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** Who may read the kubeconfig of which instance. */
export interface ReaderRequest {
  readonly instance: InstanceKey;
  readonly reader: ServiceAccountName;
  /** Labels that mark what is ours. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What there is of a reader. */
export interface ReaderSeen {
  /** Whether something of ours exists. */
  readonly present: boolean;
  /** Whether nothing is to be written: all is as wanted, or a stranger holds the names. */
  readonly current: boolean;
}

/** What a Role `NAME-kubeconfig-reader` allows. Pure. */
function readerRules(instanceName: string): readonly object[] {
  const resourceNames = [kubeconfigSecretName(instanceName)];
  return [{ apiGroups: [""], resources: ["secrets"], resourceNames, verbs: ["get"] }];
}

/** Who gets what by a RoleBinding `NAME-kubeconfig-reader`. Pure. */
function readerGrant(
  instanceName: string,
  { namespace, name }: ServiceAccountName,
): { readonly roleRef: object; readonly subjects: readonly object[] } {
  const role = kubeconfigReaderName(instanceName);
  return {
    roleRef: { apiGroup: KINDS.role.group, kind: "Role", name: role },
    subjects: [{ kind: "ServiceAccount", namespace, name }],
  };
}

/**
 * Role and RoleBinding by which the reader gets exactly one Secret. Pure.
 *
 * @param owner - The instance: both live in its namespace and go with it.
 */
export function readerObjects(
  { instance, reader, labels }: ReaderRequest,
  owner: OwnerReference,
): { readonly role: KubeObject; readonly binding: KubeObject } {
  const { namespace, name } = instance;
  const metadata = {
    namespace,
    name: kubeconfigReaderName(name),
    labels,
    ownerReferences: [owner],
  };
  const apiVersion = `${KINDS.role.group}/${KINDS.role.version}`;
  return {
    role: { apiVersion, kind: "Role", metadata, rules: readerRules(name) },
    binding: { apiVersion, kind: "RoleBinding", metadata, ...readerGrant(name, reader) },
  };
}

/** Compares what exists with what is wanted. Objects without our labels are never touched. Pure. */
export function readerSeen(
  { role, binding }: ReaderMarks,
  { instance, reader, labels }: ReaderRequest,
): ReaderSeen {
  const existing = [role, binding].filter((mark) => mark !== undefined);
  const ours = existing.filter((mark) => carriesLabels(mark.labels, labels));
  const isForeign = ours.length < existing.length;
  const isWanted =
    isDeepStrictEqual(role?.grants, { rules: readerRules(instance.name) }) &&
    isDeepStrictEqual(binding?.grants, readerGrant(instance.name, reader));
  return { present: ours.length > 0, current: isForeign || isWanted };
}
