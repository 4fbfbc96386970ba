import type { ResourceType } from "@open-vcluster/runtime";

const CORE = { group: "", version: "v1" } as const;
const APPS = { group: "apps", version: "v1" } as const;
const RBAC = { group: "rbac.authorization.k8s.io", version: "v1" } as const;
const NETWORKING = { group: "networking.k8s.io", version: "v1" } as const;

type GroupVersion = Pick<ResourceType, "group" | "version">;

function namespaced(api: GroupVersion, kind: string, plural: string): ResourceType {
  return { ...api, kind, plural, namespaced: true };
}

function clusterWide(api: GroupVersion, kind: string, plural: string): ResourceType {
  return { ...api, kind, plural, namespaced: false };
}

/** Names of {@link KINDS}. */
export type KindName =
  | "namespace"
  | "secret"
  | "configMap"
  | "service"
  | "serviceAccount"
  | "pod"
  | "event"
  | "persistentVolumeClaim"
  | "persistentVolume"
  | "resourceQuota"
  | "limitRange"
  | "statefulSet"
  | "job"
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
  namespace: clusterWide(CORE, "Namespace", "namespaces"),
  secret: namespaced(CORE, "Secret", "secrets"),
  configMap: namespaced(CORE, "ConfigMap", "configmaps"),
  service: namespaced(CORE, "Service", "services"),
  serviceAccount: namespaced(CORE, "ServiceAccount", "serviceaccounts"),
  pod: namespaced(CORE, "Pod", "pods"),
  event: namespaced(CORE, "Event", "events"),
  persistentVolumeClaim: namespaced(CORE, "PersistentVolumeClaim", "persistentvolumeclaims"),
  persistentVolume: clusterWide(CORE, "PersistentVolume", "persistentvolumes"),
  resourceQuota: namespaced(CORE, "ResourceQuota", "resourcequotas"),
  limitRange: namespaced(CORE, "LimitRange", "limitranges"),
  statefulSet: namespaced(APPS, "StatefulSet", "statefulsets"),
  deployment: namespaced(APPS, "Deployment", "deployments"),
  job: namespaced({ group: "batch", version: "v1" }, "Job", "jobs"),
  role: namespaced(RBAC, "Role", "roles"),
  roleBinding: namespaced(RBAC, "RoleBinding", "rolebindings"),
  clusterRole: clusterWide(RBAC, "ClusterRole", "clusterroles"),
  clusterRoleBinding: clusterWide(RBAC, "ClusterRoleBinding", "clusterrolebindings"),
  networkPolicy: namespaced(NETWORKING, "NetworkPolicy", "networkpolicies"),
  ingress: namespaced(NETWORKING, "Ingress", "ingresses"),
  podDisruptionBudget: namespaced(
    { group: "policy", version: "v1" },
    "PodDisruptionBudget",
    "poddisruptionbudgets",
  ),
  priorityClass: clusterWide(
    { group: "scheduling.k8s.io", version: "v1" },
    "PriorityClass",
    "priorityclasses",
  ),
  storageClass: clusterWide(
    { group: "storage.k8s.io", version: "v1" },
    "StorageClass",
    "storageclasses",
  ),
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
