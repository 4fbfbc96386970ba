// Generated from vclusterinstances.yaml by "npm run generate". Do not edit.

/**
 * Kubernetes distribution of the control plane. Absent means k8s. Charts from 0.33 on run k8s only; a distribution that the chart cannot run is reported as SpecAccepted=False with reason DistroUnsupported. Immutable (absent equals k8s).
 */
export type InstanceDistro = "k8s" | "k3s" | "k0s" | "eks";
/**
 * Desired power state. Absent means Running. Suspended scales the control plane and a deployed etcd to zero and keeps volumes, Secrets and identity; no upgrade or re-apply wakes it.
 */
export type InstancePowerState = "Running" | "Suspended";
/**
 * What happens to pods that could not be evicted within drainTimeout. Abort (when absent): the instance stays running and the condition Drained says who refused. Keep: suspend anyway and leave the pods running. Delete: delete the pods without regard to their budgets.
 */
export type InstanceSuspendOnTimeout = "Keep" | "Delete" | "Abort";
/**
 * sqlite (when absent): a file on the control plane's volume, one replica only. etcd: a StatefulSet deployed beside the control plane. externalEtcd: an etcd that you run. Immutable (absent equals sqlite).
 */
export type InstanceBackingStoreType = "sqlite" | "etcd" | "externalEtcd";
/**
 * Kind of the issuer; ClusterIssuer when absent.
 */
export type InstanceIngressTlsIssuerKind = "Issuer" | "ClusterIssuer";
/**
 * none (when absent): nothing is added. baseline and restricted: the Pod Security Standard of that name inside the virtual cluster (chart value policies.podSecurityStandard), NetworkPolicies unless network.networkPolicies is false, and default container limits unless limits is set.
 */
export type InstanceIsolationMode = "none" | "baseline" | "restricted";
/**
 * What deleting the instance does. Delete (when absent): everything that was made is removed, volumes included. Retain: the release stops, volumes and identity stay for an instance of the same name. Force: like Delete, without waiting for anything that hangs.
 */
export type InstanceDeletionPolicy = "Delete" | "Retain" | "Force";
/**
 * Summary for people, derived from the conditions; programs read the conditions. New values may appear.
 */
export type InstanceStatusPhase =
  | "Pending"
  | "Creating"
  | "Running"
  | "Scaling"
  | "Updating"
  | "Suspending"
  | "Suspended"
  | "Resuming"
  | "Snapshotting"
  | "Restoring"
  | "Deleting"
  | "Error";
/**
 * Whether it holds.
 */
export type InstanceStatusConditionStatus = "True" | "False" | "Unknown";
/**
 * Type of the store.
 */
export type InstanceStatusStoreType = "sqlite" | "etcd" | "externalEtcd";
/**
 * Power state that was reached last.
 */
export type InstanceStatusPowerState = "Running" | "Suspended";
/**
 * What still runs. storeOnly, the pods of a deployed etcd; stopped, nothing.
 */
export type InstanceStatusHoldMode = "storeOnly" | "stopped";

/**
 * VClusterInstance is one virtual Kubernetes cluster: desired state in spec, observed state in status.
 */
export interface VClusterInstance {
  /**
   * openvcluster.io/v1alpha1
   */
  readonly apiVersion: string;
  /**
   * VClusterInstance
   */
  readonly kind: string;
  readonly metadata: VClusterInstanceMetadata;
  readonly spec: VClusterInstanceSpec;
  readonly status?: VClusterInstanceStatus;
}
/**
 * The parts of ObjectMeta that the product reads.
 */
export interface VClusterInstanceMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: {
    readonly [k: string]: string;
  };
  readonly annotations?: {
    readonly [k: string]: string;
  };
}
/**
 * What the virtual cluster should be. Everything is optional; an empty spec is a running single-replica cluster on sqlite.
 */
export interface VClusterInstanceSpec {
  readonly chart?: InstanceChart;
  /**
   * Kubernetes version inside the virtual cluster, for example 1.36.0 or v1.36.0 (chart value controlPlane.distro.k8s.version). Absent: the chart's default for a new instance; a running one keeps what it has. One minor step up at a time, never down.
   */
  readonly kubernetesVersion?: string;
  readonly distro?: InstanceDistro;
  /**
   * Host namespace that holds the control plane and the synced workloads; made and labelled by the operator, one instance each. Not default, nor one that begins with kube-. Absent: vc-<8 hex digits>-<name>. Immutable, also from unset to set.
   */
  readonly targetNamespace?: string;
  readonly powerState?: InstancePowerState;
  readonly suspend?: InstanceSuspend;
  readonly snapshots?: InstanceSnapshots;
  readonly resume?: InstanceResume;
  readonly controlPlane?: InstanceControlPlane;
  readonly backingStore?: InstanceBackingStore;
  readonly storage?: InstanceStorage;
  readonly network?: InstanceNetwork;
  readonly sync?: InstanceSync;
  readonly quota?: InstanceQuota;
  readonly limits?: InstanceLimits;
  readonly ingress?: InstanceIngress;
  readonly serviceAccount?: InstanceServiceAccount;
  readonly isolation?: InstanceIsolation;
  /**
   * vcluster plugins that run beside the control plane (chart values plugins). At most 16, no name twice.
   */
  readonly plugins?: readonly InstancePlugin[];
  /**
   * Raw Helm values of the vcluster chart, merged first; what the operator sets wins. Checked against the chart's own schema. Values that the operator owns, that the open-source image ignores or crashes on, or that reach outside the target namespace are refused by path (SpecAccepted=False, reason ValuesRefused).
   */
  readonly values?: {
    readonly [k: string]: unknown;
  };
  readonly deletionPolicy?: InstanceDeletionPolicy;
  /**
   * While true, the API server refuses to delete the instance; a deletion that got past it waits (condition Deleting, reason DeletionProtected) until this is false. Absent means false.
   */
  readonly deletionProtection?: boolean;
  /**
   * Who answers for this instance, for example an e-mail address. Informative.
   */
  readonly owner?: string;
  /**
   * Project to which this instance belongs. Informative; it becomes a label of the target namespace.
   */
  readonly project?: string;
}
/**
 * Which vcluster chart runs this instance.
 */
export interface InstanceChart {
  /**
   * Version of the vcluster chart, for example 0.36.1. Absent: a new instance takes the operator's default; a running one keeps the chart it has. One minor step up at a time, never down.
   */
  readonly version?: string;
}
/**
 * How a suspension treats the workloads of the virtual cluster.
 */
export interface InstanceSuspend {
  /**
   * Evict the workload pods through the virtual API before the control plane stops, so that PodDisruptionBudgets inside the virtual cluster count. Absent means false: workload pods keep running on the host without a control plane.
   */
  readonly drain?: boolean;
  /**
   * How long a drain may take, for example 5m (the default when absent) or 1h30m. At most 24h.
   */
  readonly drainTimeout?: string;
  readonly onTimeout?: InstanceSuspendOnTimeout;
  /**
   * Evict pods without a controller too. They are not recreated on resume, so they would be gone for good. Absent means false.
   */
  readonly evictBarePods?: boolean;
  /**
   * Take a snapshot before the control plane stops; if it fails, the instance keeps running and says why. Absent means false.
   */
  readonly snapshot?: boolean;
}
/**
 * Snapshots that the operator takes by itself before what cannot be undone.
 */
export interface InstanceSnapshots {
  readonly locationRef?: InstanceSnapshotsLocationRef;
  /**
   * Take one before the chart or Kubernetes version changes; the upgrade waits for it. Absent means false.
   */
  readonly beforeUpgrade?: boolean;
  /**
   * Take one before the instance is deleted, also where it is suspended; the deletion waits for it, unless it is forced. The snapshot stays. What is broken, and so cannot be kept, is deleted without one. Absent means false.
   */
  readonly beforeDeletion?: boolean;
}
/**
 * Where these are kept, and those of suspend.snapshot. Absent: the operator's default.
 */
export interface InstanceSnapshotsLocationRef {
  /**
   * Name of a VClusterSnapshotLocation in this namespace.
   */
  readonly name: string;
}
/**
 * What a resume waits for.
 */
export interface InstanceResume {
  /**
   * Hold Ready back until the workloads that were drained are available again. Absent means false.
   */
  readonly waitForWorkloads?: boolean;
  /**
   * How long to wait for the workloads, for example 5m (the default when absent). Afterwards the instance is Ready and the condition WorkloadsReady names what is missing. At most 24h.
   */
  readonly timeout?: string;
}
/**
 * Size of the control plane.
 */
export interface InstanceControlPlane {
  /**
   * Number of control plane pods: 1, 3 or 5. More than one needs backingStore.type etcd or externalEtcd. kubectl scale and autoscalers write this field, therefore it is defaulted. Zero is not a way to stop: use powerState.
   */
  readonly replicas?: number;
  readonly resources?: InstanceControlPlaneResources;
}
/**
 * Resources of each control plane pod (chart value controlPlane.statefulSet.resources).
 */
export interface InstanceControlPlaneResources {
  readonly requests?: InstanceControlPlaneResourcesRequests;
  readonly limits?: InstanceControlPlaneResourcesLimits;
}
/**
 * What the scheduler reserves for each control plane pod. Unset entries keep the chart's default (200m CPU, 256Mi memory, 1Gi ephemeral-storage).
 */
export interface InstanceControlPlaneResourcesRequests {
  /**
   * CPU in cores. Must not exceed the limit of the same resource.
   */
  readonly cpu?: string | number;
  /**
   * Memory in bytes. Must not exceed the limit of the same resource.
   */
  readonly memory?: string | number;
  /**
   * Scratch space on the node in bytes. Must not exceed the limit of the same resource.
   */
  readonly "ephemeral-storage"?: string | number;
}
/**
 * The most each control plane pod may use. Unset entries keep the chart's default (4Gi memory, 10Gi ephemeral-storage, no CPU limit).
 */
export interface InstanceControlPlaneResourcesLimits {
  /**
   * CPU in cores. Must not be below the request of the same resource.
   */
  readonly cpu?: string | number;
  /**
   * Memory in bytes. Must not be below the request of the same resource.
   */
  readonly memory?: string | number;
  /**
   * Scratch space on the node in bytes. Must not be below the request of the same resource.
   */
  readonly "ephemeral-storage"?: string | number;
}
/**
 * Where the virtual cluster keeps its state. The type and the number of etcd members never change after creation, because no data would be moved.
 */
export interface InstanceBackingStore {
  readonly type?: InstanceBackingStoreType;
  readonly etcd?: InstanceBackingStoreEtcd;
  readonly externalEtcd?: InstanceBackingStoreExternalEtcd;
}
/**
 * The deployed etcd. Only with type etcd.
 */
export interface InstanceBackingStoreEtcd {
  /**
   * Number of etcd members, 1 or 3. Absent: 3 when the control plane is created with more than one replica, else 1. Immutable, also from unset to set.
   */
  readonly replicas?: number;
  readonly storage?: InstanceBackingStoreEtcdStorage;
  readonly resources?: InstanceBackingStoreEtcdResources;
}
/**
 * Volume of each etcd member. Immutable, also from unset to set.
 */
export interface InstanceBackingStoreEtcdStorage {
  /**
   * Size of each member's volume in bytes (the chart's default when absent: 5Gi). Immutable.
   */
  readonly size?: string | number;
  /**
   * StorageClass of each member's volume. Absent: the host's default class. Immutable.
   */
  readonly storageClassName?: string;
}
/**
 * Resources of each etcd member (chart value controlPlane.backingStore.etcd.deploy.statefulSet.resources).
 */
export interface InstanceBackingStoreEtcdResources {
  readonly requests?: InstanceBackingStoreEtcdResourcesRequests;
  readonly limits?: InstanceBackingStoreEtcdResourcesLimits;
}
/**
 * What the scheduler reserves for each etcd member. Unset entries keep the chart's default (20m CPU, 150Mi memory).
 */
export interface InstanceBackingStoreEtcdResourcesRequests {
  /**
   * CPU in cores. Must not exceed the limit of the same resource.
   */
  readonly cpu?: string | number;
  /**
   * Memory in bytes. Must not exceed the limit of the same resource.
   */
  readonly memory?: string | number;
  /**
   * Scratch space on the node in bytes. Must not exceed the limit of the same resource.
   */
  readonly "ephemeral-storage"?: string | number;
}
/**
 * The most each etcd member may use. Unset entries keep the chart's default (none; the operator sets limits when quota or limits are set).
 */
export interface InstanceBackingStoreEtcdResourcesLimits {
  /**
   * CPU in cores. Must not be below the request of the same resource.
   */
  readonly cpu?: string | number;
  /**
   * Memory in bytes. Must not be below the request of the same resource.
   */
  readonly memory?: string | number;
  /**
   * Scratch space on the node in bytes. Must not be below the request of the same resource.
   */
  readonly "ephemeral-storage"?: string | number;
}
/**
 * The etcd that you run. Only with type externalEtcd, and required with it. One etcd serves one instance only.
 */
export interface InstanceBackingStoreExternalEtcd {
  /**
   * Address of the etcd, for example https://etcd.example.com:2379. It must name the same etcd for the whole life of the instance.
   */
  readonly endpoint: string;
  readonly tlsSecretRef: InstanceBackingStoreExternalEtcdTlsSecretRef;
}
/**
 * Secret in the instance's namespace with the keys ca.crt, tls.crt and tls.key for the connection to the etcd.
 */
export interface InstanceBackingStoreExternalEtcdTlsSecretRef {
  /**
   * Name of the Secret.
   */
  readonly name: string;
}
/**
 * Volume of an sqlite control plane. Only with backingStore.type sqlite; a deployed etcd has backingStore.etcd.storage. Immutable, also from unset to set.
 */
export interface InstanceStorage {
  /**
   * Keep the sqlite file on a PersistentVolumeClaim. Absent means true. With false the virtual cluster is empty again after each restart of its pod, and it cannot be suspended. Immutable (absent equals true).
   */
  readonly persistent?: boolean;
  /**
   * Size of the volume in bytes (the chart's default when absent: 5Gi). Immutable.
   */
  readonly size?: string | number;
  /**
   * StorageClass of the volume. Absent: the host's default class. Immutable.
   */
  readonly storageClassName?: string;
}
/**
 * Network of the virtual cluster.
 */
export interface InstanceNetwork {
  /**
   * Range of Service addresses inside the virtual cluster, for example 10.96.0.0/12, or an IPv4 and an IPv6 range separated by a comma. Virtual Services take the addresses of the host's, so this must be the host cluster's range; absent, it is detected. Set it only where detection fails (chart value serviceCIDR). Immutable.
   */
  readonly serviceCIDR?: string;
  /**
   * DNS domain of the virtual cluster (chart value networking.advanced.clusterDomain). Absent means cluster.local. Immutable.
   */
  readonly clusterDomain?: string;
  /**
   * Isolate the target namespace with NetworkPolicies: workloads reach each other, the virtual API and public addresses, nothing else on the host (chart value policies.networkPolicy.enabled). Needs a host network plugin that enforces them. Absent: on with isolation.mode baseline or restricted, else off.
   */
  readonly networkPolicies?: boolean;
  readonly dns?: InstanceNetworkDns;
}
/**
 * Resolver settings of the control plane's pods, added to those of the host (chart value controlPlane.statefulSet.dnsConfig).
 */
export interface InstanceNetworkDns {
  /**
   * Addresses of name servers, at most 3.
   *
   * Items: IPv4 or IPv6 address.
   */
  readonly nameservers?: readonly string[];
  /**
   * Search domains, at most 32.
   *
   * Items: DNS domain.
   */
  readonly searches?: readonly string[];
  /**
   * Resolver options, for example ndots:2 or edns0; at most 16.
   *
   * Items: One option, NAME or NAME:VALUE.
   */
  readonly options?: readonly string[];
}
/**
 * Which kinds of objects are copied between the virtual cluster and the host. Pods, Services, Endpoints, PersistentVolumeClaims and the ConfigMaps and Secrets that pods use are always synced to the host.
 */
export interface InstanceSync {
  readonly toHost?: InstanceSyncToHost;
  readonly fromHost?: InstanceSyncFromHost;
}
/**
 * From the virtual cluster to the host (chart values sync.toHost). Each is off when absent.
 */
export interface InstanceSyncToHost {
  /**
   * Ingresses.
   */
  readonly ingresses?: boolean;
  /**
   * NetworkPolicies.
   */
  readonly networkPolicies?: boolean;
  /**
   * PodDisruptionBudgets.
   */
  readonly podDisruptionBudgets?: boolean;
  /**
   * ServiceAccounts.
   */
  readonly serviceAccounts?: boolean;
  /**
   * PriorityClasses. Cluster-scoped on the host, so refused unless the operator's configuration allows it; not together with fromHost.priorityClasses.
   */
  readonly priorityClasses?: boolean;
  /**
   * StorageClasses. Cluster-scoped on the host, so refused unless the operator's configuration allows it; not together with fromHost.storageClasses.
   */
  readonly storageClasses?: boolean;
  /**
   * PersistentVolumes. Cluster-scoped on the host, so refused unless the operator's configuration allows it.
   */
  readonly persistentVolumes?: boolean;
  /**
   * All Secrets instead of only those that pods use.
   */
  readonly allSecrets?: boolean;
  /**
   * All ConfigMaps instead of only those that pods use.
   */
  readonly allConfigMaps?: boolean;
}
/**
 * From the host to the virtual cluster, read only (chart values sync.fromHost).
 */
export interface InstanceSyncFromHost {
  /**
   * Real Nodes on which workloads run, instead of made-up ones. Off when absent.
   */
  readonly nodes?: boolean;
  /**
   * StorageClasses. Not together with toHost.storageClasses. Absent: the chart decides.
   */
  readonly storageClasses?: boolean;
  /**
   * IngressClasses. Off when absent.
   */
  readonly ingressClasses?: boolean;
  /**
   * RuntimeClasses. Off when absent.
   */
  readonly runtimeClasses?: boolean;
  /**
   * PriorityClasses. Not together with toHost.priorityClasses. Off when absent.
   */
  readonly priorityClasses?: boolean;
  /**
   * Events of synced objects. On when absent.
   */
  readonly events?: boolean;
}
/**
 * What the tenant's workloads may use in sum, enforced by a ResourceQuota in the target namespace (chart values policies.resourceQuota). What the control plane needs is added by the operator. Absent entries are not limited; absent as a whole, there is no quota.
 */
export interface InstanceQuota {
  /**
   * Number of pods.
   */
  readonly pods?: number;
  /**
   * Number of Services.
   */
  readonly services?: number;
  /**
   * Number of Secrets.
   */
  readonly secrets?: number;
  /**
   * Number of ConfigMaps.
   */
  readonly configMaps?: number;
  /**
   * Number of PersistentVolumeClaims.
   */
  readonly persistentVolumeClaims?: number;
  /**
   * Sum of CPU requests in cores. Must not exceed limitsCPU.
   */
  readonly cpu?: string | number;
  /**
   * Sum of memory requests in bytes. Must not exceed limitsMemory.
   */
  readonly memory?: string | number;
  /**
   * Sum of CPU limits in cores.
   */
  readonly limitsCPU?: string | number;
  /**
   * Sum of memory limits in bytes.
   */
  readonly limitsMemory?: string | number;
  /**
   * Sum of storage requests of PersistentVolumeClaims in bytes.
   */
  readonly storage?: string | number;
}
/**
 * Per-container defaults and bounds for the tenant's workloads, enforced by a LimitRange in the target namespace (chart values policies.limitRange). For each resource: min ≤ defaultRequest ≤ default ≤ max.
 */
export interface InstanceLimits {
  readonly default?: InstanceLimitsDefault;
  readonly defaultRequest?: InstanceLimitsDefaultRequest;
  readonly min?: InstanceLimitsMin;
  readonly max?: InstanceLimitsMax;
}
/**
 * Limit of a container that sets none.
 */
export interface InstanceLimitsDefault {
  /**
   * CPU in cores.
   */
  readonly cpu?: string | number;
  /**
   * Memory in bytes.
   */
  readonly memory?: string | number;
  /**
   * Scratch space on the node in bytes.
   */
  readonly "ephemeral-storage"?: string | number;
}
/**
 * Request of a container that sets none.
 */
export interface InstanceLimitsDefaultRequest {
  /**
   * CPU in cores.
   */
  readonly cpu?: string | number;
  /**
   * Memory in bytes.
   */
  readonly memory?: string | number;
  /**
   * Scratch space on the node in bytes.
   */
  readonly "ephemeral-storage"?: string | number;
}
/**
 * Smallest request that is admitted.
 */
export interface InstanceLimitsMin {
  /**
   * CPU in cores.
   */
  readonly cpu?: string | number;
  /**
   * Memory in bytes.
   */
  readonly memory?: string | number;
  /**
   * Scratch space on the node in bytes.
   */
  readonly "ephemeral-storage"?: string | number;
}
/**
 * Largest limit that is admitted.
 */
export interface InstanceLimitsMax {
  /**
   * CPU in cores.
   */
  readonly cpu?: string | number;
  /**
   * Memory in bytes.
   */
  readonly memory?: string | number;
  /**
   * Scratch space on the node in bytes.
   */
  readonly "ephemeral-storage"?: string | number;
}
/**
 * Exposes the virtual API through an Ingress in the target namespace (chart values controlPlane.ingress). Without tls the ingress controller must pass TLS through to the control plane, because clients show certificates.
 */
export interface InstanceIngress {
  /**
   * Host name under which the virtual API is reached, for example team-a.k8s.example.com. It is added to the API's certificate and becomes the endpoint.
   */
  readonly host: string;
  /**
   * IngressClass. Absent: the host's default class.
   */
  readonly className?: string;
  /**
   * Annotations of the Ingress, added to those that turn TLS passthrough on for ingress-nginx. Those that do more than configure this route are refused (reason FieldRefused). At most 32.
   */
  readonly annotations?: {
    readonly [k: string]: string;
  };
  readonly tls?: InstanceIngressTls;
}
/**
 * Certificate that the ingress controller presents, for controllers that terminate TLS and re-encrypt.
 */
export interface InstanceIngressTls {
  /**
   * Secret in the target namespace that holds the certificate.
   */
  readonly secretName: string;
  /**
   * cert-manager issuer that fills the Secret. Absent: the Secret is yours to provide.
   */
  readonly issuerName?: string;
  readonly issuerKind?: InstanceIngressTlsIssuerKind;
}
/**
 * ServiceAccount of the control plane on the host (chart values controlPlane.advanced.serviceAccount).
 */
export interface InstanceServiceAccount {
  /**
   * Name of the ServiceAccount. Absent: vc-<name>.
   */
  readonly name?: string;
  /**
   * Annotations for workload identity of a cloud (eks.amazonaws.com/*, iam.gke.io/gcp-service-account, azure.workload.identity/*), and any without a prefix, which no controller acts on; other prefixes are refused (reason FieldRefused). At most 32.
   */
  readonly annotations?: {
    readonly [k: string]: string;
  };
  /**
   * Secrets in the target namespace with which the control plane's images are pulled. At most 16, no name twice.
   */
  readonly imagePullSecrets?: readonly InstanceServiceAccountImagePullSecret[];
}
/**
 * Reference to a pull Secret.
 */
export interface InstanceServiceAccountImagePullSecret {
  /**
   * Name of the Secret.
   */
  readonly name: string;
}
/**
 * A preset of protections for clusters that share a host.
 */
export interface InstanceIsolation {
  readonly mode?: InstanceIsolationMode;
}
/**
 * One plugin.
 */
export interface InstancePlugin {
  /**
   * Name of the plugin, unique in the list.
   */
  readonly name: string;
  /**
   * Container image of the plugin.
   */
  readonly image: string;
  /**
   * Configuration handed to the plugin, free form.
   */
  readonly config?: {
    readonly [k: string]: unknown;
  };
  /**
   * Load the plugin. Absent means true.
   */
  readonly enabled?: boolean;
}
/**
 * What was last seen, written by the operator and rebuilt from the cluster if lost.
 */
export interface VClusterInstanceStatus {
  readonly phase?: InstanceStatusPhase;
  /**
   * Observations by type. Ready is the summary: True when the instance is what its spec asks for, also when that is Suspended. Reconciling and Stalled are present only while they hold.
   */
  readonly conditions?: readonly InstanceStatusCondition[];
  /**
   * The metadata.generation that was last fully handled or finally refused; -1 before the first.
   */
  readonly observedGeneration?: number;
  /**
   * Address of the virtual API that NAME-kubeconfig uses.
   */
  readonly endpoint?: string;
  readonly kubeconfigSecretRef?: InstanceStatusKubeconfigSecretRef;
  /**
   * Host namespace of the control plane and the workloads.
   */
  readonly targetNamespace?: string;
  readonly release?: InstanceStatusRelease;
  /**
   * Control plane pods that exist (0 while suspended).
   */
  readonly replicas?: number;
  /**
   * Control plane pods that are ready.
   */
  readonly readyReplicas?: number;
  /**
   * Label selector of the control plane's pods, for the scale subresource.
   */
  readonly selector?: string;
  readonly store?: InstanceStatusStore;
  readonly powerState?: InstanceStatusPowerState;
  readonly hold?: InstanceStatusHold;
  readonly lastSnapshot?: InstanceStatusLastSnapshot;
  readonly drain?: InstanceStatusDrain;
}
/**
 * One observation.
 */
export interface InstanceStatusCondition {
  /**
   * What is observed, in UpperCamelCase.
   */
  readonly type: string;
  readonly status: InstanceStatusConditionStatus;
  /**
   * Why, as one documented word.
   */
  readonly reason: string;
  /**
   * Why, as a sentence with one cause and one remedy.
   */
  readonly message: string;
  /**
   * The metadata.generation this was observed for.
   */
  readonly observedGeneration?: number;
  /**
   * When status last changed.
   */
  readonly lastTransitionTime: string;
}
/**
 * Secret in this namespace with the kubeconfig: key config, and key in-cluster for clients inside the host cluster.
 */
export interface InstanceStatusKubeconfigSecretRef {
  /**
   * Name of the Secret.
   */
  readonly name: string;
}
/**
 * The Helm release that was last seen.
 */
export interface InstanceStatusRelease {
  /**
   * Name of the release.
   */
  readonly name: string;
  /**
   * Version of its chart.
   */
  readonly chartVersion?: string;
  /**
   * Kubernetes version it runs.
   */
  readonly kubernetesVersion?: string;
  /**
   * Helm's revision number.
   */
  readonly revision?: number;
  /**
   * Helm's status, for example deployed, failed or pending-upgrade.
   */
  readonly status?: string;
  /**
   * Version of the operator's value renderer that made it.
   */
  readonly renderer?: string;
}
/**
 * The store that the instance was created with.
 */
export interface InstanceStatusStore {
  readonly type: InstanceStatusStoreType;
  /**
   * Members of a deployed etcd.
   */
  readonly etcdReplicas?: number;
  /**
   * UIDs of the claims that hold its data.
   *
   * Items: UID of a PersistentVolumeClaim.
   */
  readonly volumes?: readonly string[];
}
/**
 * Present while the control plane is kept from its store, and nothing of it is left: whom it is for may open the store.
 */
export interface InstanceStatusHold {
  readonly mode: InstanceStatusHoldMode;
  /**
   * UIDs of the restores and snapshots that it is for.
   *
   * Items: UID of a VClusterRestore or VClusterSnapshot.
   */
  readonly uids: readonly string[];
}
/**
 * The newest snapshot of this instance that can be restored.
 */
export interface InstanceStatusLastSnapshot {
  /**
   * Name of the VClusterSnapshot in this namespace.
   */
  readonly name: string;
  /**
   * UID of the VClusterSnapshot.
   */
  readonly uid?: string;
  /**
   * Its ID in the repository.
   */
  readonly snapshotID?: string;
  /**
   * Bytes of all objects that it needs.
   */
  readonly storedBytes?: number;
  /**
   * When it was complete.
   */
  readonly completionTime: string;
}
/**
 * Report of the last drain.
 */
export interface InstanceStatusDrain {
  /**
   * When it started.
   */
  readonly startedAt?: string;
  /**
   * Pods that were evicted.
   */
  readonly evicted?: number;
  /**
   * Pods that were left running on purpose.
   */
  readonly keptCount?: number;
  /**
   * The first 10 pods that were left running, with the reason.
   */
  readonly kept?: readonly InstanceStatusDrainKept[];
  /**
   * Pods whose eviction was refused.
   */
  readonly refusedCount?: number;
  /**
   * The first 10 pods whose eviction was refused, with the reason.
   */
  readonly refused?: readonly InstanceStatusDrainRefused[];
}
/**
 * A pod that was left running.
 */
export interface InstanceStatusDrainKept {
  /**
   * Namespace inside the virtual cluster.
   */
  readonly namespace: string;
  /**
   * Name of the pod inside the virtual cluster.
   */
  readonly name: string;
  /**
   * Why, in one sentence.
   */
  readonly reason?: string;
}
/**
 * A pod whose eviction was refused.
 */
export interface InstanceStatusDrainRefused {
  /**
   * Namespace inside the virtual cluster.
   */
  readonly namespace: string;
  /**
   * Name of the pod inside the virtual cluster.
   */
  readonly name: string;
  /**
   * Why, in one sentence.
   */
  readonly reason?: string;
}
