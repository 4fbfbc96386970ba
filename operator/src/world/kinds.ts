import { GROUP } from "@open-vcluster/crds";
import type { ResourceType } from "@open-vcluster/runtime";

const kindOf = (
  group: string,
  version: string,
  kind: string,
  plural: string,
  namespaced = true,
): ResourceType => ({ group, version, kind, plural, namespaced });

/** The custom resource. */
export const VCLUSTER_INSTANCES: ResourceType = {
  group: GROUP,
  version: "v1alpha1",
  plural: "vclusterinstances",
  kind: "VClusterInstance",
  namespaced: true,
};

/** Names of {@link KINDS}. */
export type KindName =
  | "namespace"
  | "secret"
  | "configMap"
  | "service"
  | "serviceAccount"
  | "pod"
  | "persistentVolumeClaim"
  | "persistentVolume"
  | "resourceQuota"
  | "limitRange"
  | "statefulSet"
  | "deployment"
  | "role"
  | "roleBinding"
  | "clusterRole"
  | "clusterRoleBinding"
  | "networkPolicy"
  | "ingress"
  | "podDisruptionBudget"
  | "priorityClass"
  | "storageClass";

/** Kinds of the host cluster that the operator reads or writes. */
export const KINDS: Readonly<Record<KindName, ResourceType>> = {
  namespace: kindOf("", "v1", "Namespace", "namespaces", false),
  secret: kindOf("", "v1", "Secret", "secrets"),
  configMap: kindOf("", "v1", "ConfigMap", "configmaps"),
  service: kindOf("", "v1", "Service", "services"),
  serviceAccount: kindOf("", "v1", "ServiceAccount", "serviceaccounts"),
  pod: kindOf("", "v1", "Pod", "pods"),
  persistentVolumeClaim: kindOf("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
  persistentVolume: kindOf("", "v1", "PersistentVolume", "persistentvolumes", false),
  resourceQuota: kindOf("", "v1", "ResourceQuota", "resourcequotas"),
  limitRange: kindOf("", "v1", "LimitRange", "limitranges"),
  statefulSet: kindOf("apps", "v1", "StatefulSet", "statefulsets"),
  deployment: kindOf("apps", "v1", "Deployment", "deployments"),
  role: kindOf("rbac.authorization.k8s.io", "v1", "Role", "roles"),
  roleBinding: kindOf("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"),
  clusterRole: kindOf("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false),
  clusterRoleBinding: kindOf(
    "rbac.authorization.k8s.io",
    "v1",
    "ClusterRoleBinding",
    "clusterrolebindings",
    false,
  ),
  networkPolicy: kindOf("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"),
  ingress: kindOf("networking.k8s.io", "v1", "Ingress", "ingresses"),
  podDisruptionBudget: kindOf("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets"),
  priorityClass: kindOf("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", false),
  storageClass: kindOf("storage.k8s.io", "v1", "StorageClass", "storageclasses", false),
};

/** Kinds of the chart's manifest whose objects are counted to find drift. */
export const RENDERED_KINDS: readonly ResourceType[] = [
  KINDS.service,
  KINDS.secret,
  KINDS.configMap,
  KINDS.serviceAccount,
  KINDS.statefulSet,
  KINDS.deployment,
  KINDS.role,
  KINDS.roleBinding,
  KINDS.clusterRole,
  KINDS.clusterRoleBinding,
  KINDS.resourceQuota,
  KINDS.limitRange,
  KINDS.networkPolicy,
  KINDS.ingress,
  KINDS.podDisruptionBudget,
];

/** Cluster-scoped kinds that the chart, or the syncer for its tenant, may have made. */
export const CLUSTER_KINDS: readonly ResourceType[] = [
  KINDS.clusterRoleBinding,
  KINDS.clusterRole,
  KINDS.priorityClass,
  KINDS.storageClass,
  KINDS.persistentVolume,
];
