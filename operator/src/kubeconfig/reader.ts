import { isDeepStrictEqual } from "node:util";
import { kubeconfigReaderName, kubeconfigSecretName, usageReaderName } from "@open-vcluster/crds";
import type { KubeObject, OwnerReference } from "@open-vcluster/runtime";
import { KINDS } from "../world/kinds.ts";
import { carriesLabels } from "../world/project.ts";
import type { InstanceKey, Located, ReaderMarks } from "../world/reads.ts";

/** A ServiceAccount of the host cluster. */
export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** Who may read what belongs to which instance. */
export interface ReaderRequest {
  readonly at: Located;
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

/** A Role and its RoleBinding, of the same name. */
export interface ReaderPair {
  readonly role: KubeObject;
  readonly binding: KubeObject;
}

/** One leave: what is allowed in which namespace. */
interface Leave extends InstanceKey {
  readonly rules: readonly object[];
}

/** The kubeconfig, beside the instance; and what its pods use, where they run. Pure. */
function leavesOf({ instance, targetNamespace }: Located): readonly Leave[] {
  const resourceNames = [kubeconfigSecretName(instance.name)];
  return [
    {
      namespace: instance.namespace,
      name: kubeconfigReaderName(instance.name),
      rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames, verbs: ["get"] }],
    },
    {
      namespace: targetNamespace,
      name: usageReaderName(instance.name),
      rules: [{ apiGroups: ["metrics.k8s.io"], resources: ["pods"], verbs: ["list"] }],
    },
  ];
}

/** Names of the Roles of a reader, and of their RoleBindings. Pure. */
export function readerKeys(at: Located): readonly InstanceKey[] {
  return leavesOf(at).map(({ namespace, name }) => ({ namespace, name }));
}

/** Who gets what by a RoleBinding. Pure. */
function grantTo(
  { namespace, name }: ServiceAccountName,
  role: string,
): { readonly roleRef: object; readonly subjects: readonly object[] } {
  return {
    roleRef: { apiGroup: KINDS.role.group, kind: "Role", name: role },
    subjects: [{ kind: "ServiceAccount", namespace, name }],
  };
}

/**
 * Roles and RoleBindings by which the reader gets exactly one Secret, and the usage of one virtual cluster. Pure.
 *
 * @param owner - The instance: what lives in its namespace goes with it, all else with the target namespace.
 */
export function readerObjects(
  { at, reader, labels }: ReaderRequest,
  owner: OwnerReference,
): readonly ReaderPair[] {
  const apiVersion = `${KINDS.role.group}/${KINDS.role.version}`;
  return leavesOf(at).map(({ namespace, name, rules }) => {
    const isBeside = namespace === at.instance.namespace;
    const metadata = {
      namespace,
      name,
      labels,
      ...(isBeside ? { ownerReferences: [owner] } : {}),
    };
    return {
      role: { apiVersion, kind: "Role", metadata, rules },
      binding: { apiVersion, kind: "RoleBinding", metadata, ...grantTo(reader, name) },
    };
  });
}

/**
 * Compares what exists with what is wanted. Objects without our labels are never touched. Pure.
 *
 * @param marks - In the order of {@link readerKeys}.
 */
export function readerSeen(
  marks: readonly ReaderMarks[],
  { at, reader, labels }: ReaderRequest,
): ReaderSeen {
  const seen = leavesOf(at).map(({ name, rules }, index): ReaderSeen => {
    const { role, binding } = marks[index] ?? {};
    const existing = [role, binding].filter((mark) => mark !== undefined);
    const ours = existing.filter((mark) => carriesLabels(mark.labels, labels));
    const isForeign = ours.length < existing.length;
    const isWanted =
      isDeepStrictEqual(role?.grants, { rules }) &&
      isDeepStrictEqual(binding?.grants, grantTo(reader, name));
    return { present: ours.length > 0, current: isForeign || isWanted };
  });
  return {
    present: seen.some(({ present }) => present),
    current: seen.every(({ current }) => current),
  };
}
