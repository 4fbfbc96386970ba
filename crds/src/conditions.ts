/** The closed set of condition types. */
export type ConditionType =
  | "Ready"
  | "Reconciling"
  | "Stalled"
  | "SpecAccepted"
  | "HelmReleased"
  | "ControlPlaneAvailable"
  | "KubeconfigReady"
  | "Suspended"
  | "Drained"
  | "WorkloadsReady"
  | "Upgraded"
  | "StoreKept"
  | "StoreInUse"
  | "Deleting";

/** The closed set of reasons. */
export type Reason =
  | "Pending"
  | "Accepted"
  | "ValuesRefused"
  | "ValuesInvalid"
  | "FieldRefused"
  | "LimitsInvalid"
  | "LimitsTooTight"
  | "SyncConflict"
  | "SchedulerNeedsNodes"
  | "ServiceAccountReserved"
  | "SuspendWouldLoseData"
  | "ChartUnknown"
  | "ChartUnavailable"
  | "ChartUnsupported"
  | "ChartCorrupt"
  | "ChartForbidden"
  | "ChartSourceInvalid"
  | "DistroUnsupported"
  | "KubernetesUnsupported"
  | "VersionSkipsMinor"
  | "DowngradeRefused"
  | "StoreChanged"
  | "NamespaceReserved"
  | "NamespaceNotOwned"
  | "NamespaceTaken"
  | "NamespaceTerminating"
  | "SecretNotOwned"
  | "ExternalEtcdSecretMissing"
  | "ReleaseDeployed"
  | "ReleasePending"
  | "ReleaseInterrupted"
  | "ReleaseForged"
  | "HelmFailed"
  | "Installing"
  | "Upgrading"
  | "Scaling"
  | "RolledBack"
  | "PKILost"
  | "ControlPlaneStarting"
  | "ControlPlaneReady"
  | "CrashLooping"
  | "ImageNotAvailable"
  | "Unschedulable"
  | "PodsRefused"
  | "ConfigError"
  | "VolumeFull"
  | "VolumePending"
  | "VolumesReplaced"
  | "QuotaExceeded"
  | "APIUnreachable"
  | "KubeconfigWritten"
  | "KubeconfigPending"
  | "Running"
  | "Suspending"
  | "Suspended"
  | "Resuming"
  | "Draining"
  | "DrainBlocked"
  | "DrainCompleted"
  | "DrainTimedOut"
  | "DrainAborted"
  | "WaitingForWorkloads"
  | "WorkloadsReady"
  | "WorkloadsTimedOut"
  | "Snapshotting"
  | "SnapshotFailed"
  | "Restoring"
  | "RestoreIncomplete"
  | "Deleting"
  | "DeletionProtected"
  | "DeletionBlocked"
  | "InternalError";

/** What each condition of a VClusterInstance says when it is True. */
export const CONDITIONS: Readonly<Record<ConditionType, string>> = {
  Ready: "The instance is what its spec asks for, also when that is Suspended.",
  Reconciling: "The operator is working towards the spec. Present only while it does.",
  Stalled: "Nothing moves until somebody acts. Present only while that holds.",
  SpecAccepted: "The spec can be carried out.",
  HelmReleased: "The Helm release carries today's spec.",
  ControlPlaneAvailable: "The virtual API answers.",
  KubeconfigReady: "Secret NAME-kubeconfig holds a kubeconfig that works.",
  Suspended: "The control plane and a deployed etcd are at zero.",
  Drained: "The workloads were evicted before the suspension.",
  WorkloadsReady: "The workloads are available again after a resume.",
  StoreKept:
    "The store is the one that the instance has always had. Present only while it is another, and so False.",
  Upgraded: "The last change of version or values came through; False after a rollback.",
  StoreInUse: "A snapshot or a restore works on the store. Present only while it does.",
  Deleting: "The instance is being deleted; the message names what remains.",
};

/** What a reason means, and what to do about it. */
export interface ReasonText {
  readonly meaning: string;
  readonly advice: string;
}

const nothingToDo = "Nothing to do.";
const wait = "Wait; it goes on by itself.";

/** Every reason that a condition or an event of an instance can carry. A reason never gets a second meaning. */
export const REASONS: Readonly<Record<Reason, ReasonText>> = {
  Pending: { meaning: "The operator has not looked at this yet.", advice: wait },
  Accepted: { meaning: "The spec can be carried out.", advice: nothingToDo },
  ValuesRefused: {
    meaning:
      "spec.values sets a path that the operator owns, that the open-source image cannot run, or that reaches outside the target namespace.",
    advice: "Remove the paths that the message names, or use the field of the spec that it names.",
  },
  ValuesInvalid: {
    meaning: "The values do not fit the chart's own schema.",
    advice: "Correct the paths that the message names for this chart version.",
  },
  FieldRefused: {
    meaning:
      "A field of the spec asks for something that only the operator's configuration can allow.",
    advice: "Remove it, or ask the administrator to allow the path that the message names.",
  },
  LimitsInvalid: {
    meaning: "spec.limits is out of order.",
    advice: "For each resource keep min ≤ defaultRequest ≤ default ≤ max.",
  },
  LimitsTooTight: {
    meaning: "spec.limits would refuse the control plane's own containers.",
    advice: "Widen the bound that the message names, or change the resources of the control plane.",
  },
  SyncConflict: {
    meaning: "The same kind is synced in both directions, so the control plane would not start.",
    advice: "Turn one direction off.",
  },
  SchedulerNeedsNodes: {
    meaning: "A scheduler inside the virtual cluster needs real nodes.",
    advice: "Set spec.sync.fromHost.nodes: true, or remove the scheduler from spec.values.",
  },
  ServiceAccountReserved: {
    meaning: "The ServiceAccount belongs to workloads and must not get the control plane's rights.",
    advice: "Choose another spec.serviceAccount.name, or remove it.",
  },
  SuspendWouldLoseData: {
    meaning: "The instance has no volume, so suspending it would erase it.",
    advice:
      "Keep spec.powerState: Running, or create an instance with spec.storage.persistent: true.",
  },
  ChartUnknown: {
    meaning: "No chart source has this chart version.",
    advice: "Set spec.chart.version to one of the versions that the message lists.",
  },
  ChartUnavailable: {
    meaning: "The chart could not be fetched or does not match its digest.",
    advice: "Check that the operator reaches the chart source; it tries again by itself.",
  },
  ChartUnsupported: {
    meaning: "The operator does not support this chart version.",
    advice: "Set spec.chart.version to one of the lines that the message lists.",
  },
  ChartCorrupt: {
    meaning: "The chart is not what its digest promises, or is no vcluster chart.",
    advice: "Repair the chart source; it is tried again by itself.",
  },
  ChartForbidden: {
    meaning: "The chart source refuses the operator.",
    advice: "Correct the credentials of the chart source in the operator's configuration.",
  },
  ChartSourceInvalid: {
    meaning: "The chart source does not answer as a chart source does.",
    advice: "Correct the address of the chart source in the operator's configuration.",
  },
  DistroUnsupported: {
    meaning: "The chart version cannot run this distribution.",
    advice: "Remove spec.distro or set k8s, or choose a chart version that runs it.",
  },
  KubernetesUnsupported: {
    meaning: "The chart version does not run this Kubernetes version.",
    advice: "Set spec.kubernetesVersion to a minor version that the message lists.",
  },
  VersionSkipsMinor: {
    meaning: "The chart or Kubernetes version skips a minor version of the running release.",
    advice: "Upgrade one minor version at a time, in the order that the message gives.",
  },
  DowngradeRefused: {
    meaning: "The chart or Kubernetes version is older than the running release.",
    advice:
      "Set the running version again; to go back, create a new instance with the older version.",
  },
  StoreChanged: {
    meaning: "The release was made with another backing store or number of etcd members.",
    advice: "Restore the earlier spec.backingStore; no data would be moved.",
  },
  NamespaceReserved: {
    meaning:
      "The target namespace is the operator's own, or the one that the instance itself is in.",
    advice: "Create the instance again with another spec.targetNamespace, or without one.",
  },
  NamespaceNotOwned: {
    meaning: "The target namespace exists and was not made by this operator.",
    advice: "Choose another spec.targetNamespace in a new instance, or remove that namespace.",
  },
  NamespaceTaken: {
    meaning: "The target namespace belongs to another instance.",
    advice: "Create this instance with another spec.targetNamespace.",
  },
  NamespaceTerminating: {
    meaning: "The target namespace is being deleted.",
    advice: "Wait until it is gone; if it hangs, remove what the message names.",
  },
  SecretNotOwned: {
    meaning: "A Secret with a name that the operator needs exists and is not the operator's.",
    advice: "Rename or remove the Secret that the message names.",
  },
  ExternalEtcdSecretMissing: {
    meaning: "The Secret for the external etcd is missing or lacks a key.",
    advice: "Create it in the instance's namespace with ca.crt, tls.crt and tls.key.",
  },
  ReleaseDeployed: { meaning: "The Helm release carries today's spec.", advice: nothingToDo },
  ReleasePending: { meaning: "Helm is at work on the release.", advice: wait },
  ReleaseInterrupted: {
    meaning: "A Helm run was killed and left the release locked; it is being repaired.",
    advice: wait,
  },
  ReleaseForged: {
    meaning: "A Secret that is not Helm's looks like a record of the release.",
    advice: "Remove the Secret that the message names; it came from inside the virtual cluster.",
  },
  HelmFailed: {
    meaning: "Helm refused the release.",
    advice:
      "Read Helm's words in the message and correct the spec; after some tries nothing is tried until the spec changes.",
  },
  Installing: { meaning: "The virtual cluster is being created.", advice: wait },
  Upgrading: { meaning: "A change of the spec is being rolled out.", advice: wait },
  Scaling: { meaning: "The number of control plane replicas is changing.", advice: wait },
  RolledBack: {
    meaning: "An upgrade never became ready and was rolled back; it is not tried again.",
    advice: "Correct the cause that the message names and change the spec.",
  },
  PKILost: {
    meaning:
      "The PKI of a cluster with data is gone, and so is its copy; a new one would lock the data out.",
    advice: "Restore Secret NAME-certs or its copy in the operator's namespace from a backup.",
  },
  ControlPlaneStarting: { meaning: "The control plane's pods are not ready yet.", advice: wait },
  ControlPlaneReady: { meaning: "The virtual API answers.", advice: nothingToDo },
  CrashLooping: {
    meaning: "A container of the control plane keeps exiting.",
    advice:
      "Read its last log line in the message; correct the values or resources that caused it.",
  },
  ImageNotAvailable: {
    meaning: "An image cannot be pulled.",
    advice: "Check the image name in the message, the registry and the pull Secrets.",
  },
  Unschedulable: {
    meaning: "No node can take a pod of the control plane.",
    advice: "Add capacity, or lower the requests of the control plane or etcd.",
  },
  PodsRefused: {
    meaning: "The host cluster refuses a pod of the control plane.",
    advice: "Change the values or the policy that the message names.",
  },
  ConfigError: {
    meaning: "A container or a volume of the control plane cannot be made.",
    advice: "Create what the message says is missing, or correct the values.",
  },
  VolumeFull: {
    meaning: "The volume of the store is full.",
    advice:
      "Delete objects in the virtual cluster or expand the PersistentVolumeClaim that the message names.",
  },
  VolumesReplaced: {
    meaning:
      "The volumes of the store were lost and made anew: the virtual cluster began empty with them.",
    advice: "Restore a snapshot, or accept the empty cluster with the command of the message.",
  },
  VolumePending: {
    meaning: "A PersistentVolumeClaim is not bound.",
    advice: "Check the StorageClass and its provisioner.",
  },
  QuotaExceeded: {
    meaning: "A quota of the target namespace refuses a pod of the control plane.",
    advice: "Raise spec.quota, or remove workloads.",
  },
  APIUnreachable: {
    meaning: "The pods are ready, but the virtual API does not answer.",
    advice: "Check the network between the operator and the target namespace.",
  },
  KubeconfigWritten: { meaning: "Secret NAME-kubeconfig is up to date.", advice: nothingToDo },
  KubeconfigPending: {
    meaning: "The virtual cluster has not issued its kubeconfig yet.",
    advice: wait,
  },
  Running: { meaning: "The instance runs as its spec asks.", advice: nothingToDo },
  Suspending: { meaning: "The control plane is being scaled to zero.", advice: wait },
  Suspended: {
    meaning: "The instance is suspended as its spec asks.",
    advice: "Set spec.powerState: Running to resume.",
  },
  Resuming: { meaning: "The instance is starting after a suspension.", advice: wait },
  Draining: { meaning: "Workload pods are being evicted.", advice: wait },
  DrainBlocked: {
    meaning: "A PodDisruptionBudget in the virtual cluster refuses evictions.",
    advice:
      "Scale the workload that the message names or relax its budget; onTimeout decides at the deadline.",
  },
  DrainCompleted: { meaning: "Every workload pod that was to go is gone.", advice: nothingToDo },
  DrainTimedOut: {
    meaning: "The drain timed out and the suspension went on, as onTimeout asked.",
    advice: "See status.drain for the pods that were kept or deleted.",
  },
  DrainAborted: {
    meaning: "The drain timed out and the suspension was given up; the instance keeps running.",
    advice:
      "Release the pods in status.drain and change spec.suspend, or set onTimeout to Keep or Delete.",
  },
  WaitingForWorkloads: { meaning: "A resume waits for the workloads.", advice: wait },
  WorkloadsReady: { meaning: "The workloads are available again.", advice: nothingToDo },
  WorkloadsTimedOut: {
    meaning: "Workloads were not available again in time.",
    advice: "Look at the workloads that the message names inside the virtual cluster.",
  },
  Snapshotting: {
    meaning: "A snapshot reads the store; a suspended instance does not resume before it is done.",
    advice: wait,
  },
  SnapshotFailed: {
    meaning: "A snapshot that the spec wants before the next step failed, so the step waits.",
    advice:
      "Correct what the message names and delete that VClusterSnapshot, or no longer ask for it in the spec.",
  },
  Restoring: { meaning: "A restore is under way; the message names it.", advice: wait },
  RestoreIncomplete: {
    meaning: "A restore ended before the store was whole, so the control plane is not started.",
    advice: "Create another VClusterRestore for the instance; the message names the one before.",
  },
  Deleting: { meaning: "The instance is being removed.", advice: wait },
  DeletionProtected: {
    meaning: "The deletion waits, because spec.deletionProtection is true.",
    advice: "Set spec.deletionProtection: false to let it go on.",
  },
  DeletionBlocked: {
    meaning: "Something does not go away.",
    advice:
      'Remove what the message names, or set the annotation openvcluster.io/force-delete to "true".',
  },
  InternalError: {
    meaning: "The operator hit an error of its own.",
    advice: "It tries again; if it stays, report the message and the operator's log.",
  },
};
