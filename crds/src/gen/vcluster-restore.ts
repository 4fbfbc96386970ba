// Generated from vclusterrestores.yaml by "npm run generate". Do not edit.

/**
 * Kind of the store.
 */
export type RestoreTargetNewInstanceBackingStoreType = "sqlite" | "etcd";
/**
 * InPlace: what differs is written, so that watchers see each change. Replace: the store is emptied and loaded anew, and every watcher starts over; a deployed etcd that does not answer loses its volumes and starts with empty ones. Auto (when absent): Replace for an instance that comes back under its own name after it was lost, or that lost its store (StoreKept=False), or whose store an earlier restore left half written, else InPlace.
 */
export type RestoreMode = "Auto" | "InPlace" | "Replace";
/**
 * Summary for people. RolledBack: it failed and the state from before is back. Programs read the conditions.
 */
export type RestoreStatusPhase =
  | "Pending"
  | "Planning"
  | "Snapshotting"
  | "Stopping"
  | "Restoring"
  | "Starting"
  | "Completed"
  | "Failed"
  | "RolledBack";
/**
 * Whether it holds.
 */
export type RestoreStatusConditionStatus = "True" | "False" | "Unknown";
/**
 * How the instance is kept while this restore needs it: storeOnly (its store runs alone) or stopped (nothing runs). Absent: it is left alone.
 */
export type RestoreStatusInstanceMode = "storeOnly" | "stopped";
/**
 * What was done to the store. Untouched: nothing. Changing: it may hold a part of both states. Restored: it holds what was asked for. RolledBack: it holds the state from before.
 */
export type RestoreStatusStore = "Untouched" | "Changing" | "Restored" | "RolledBack";
/**
 * How the store is written, as it was chosen before that began: InPlace or Replace.
 */
export type RestoreStatusMode = "InPlace" | "Replace";

/**
 * VClusterRestore puts the state that a snapshot kept into an instance, one that exists or a new one.
 */
export interface VClusterRestore {
  /**
   * openvcluster.io/v1alpha1
   */
  readonly apiVersion: string;
  /**
   * VClusterRestore
   */
  readonly kind: string;
  readonly metadata: VClusterRestoreMetadata;
  readonly spec: VClusterRestoreSpec;
  readonly status?: VClusterRestoreStatus;
}
/**
 * The parts of ObjectMeta that the product reads.
 */
export interface VClusterRestoreMetadata {
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
 * What is restored, and where. It never changes.
 */
export interface VClusterRestoreSpec {
  readonly snapshotRef: RestoreSnapshotRef;
  readonly target: RestoreTarget;
  readonly mode?: RestoreMode;
  readonly filters?: RestoreFilters;
  /**
   * true: nothing is changed; status.plan says what would be. Absent means false.
   */
  readonly dryRun?: boolean;
  /**
   * Whether the state that is replaced is kept in a snapshot first, so that a failure can be undone. Absent means true.
   */
  readonly preRestoreSnapshot?: boolean;
  /**
   * Whether Events are restored too. Absent means false.
   */
  readonly keepEvents?: boolean;
}
/**
 * The snapshot.
 */
export interface RestoreSnapshotRef {
  /**
   * Name of the VClusterSnapshot.
   */
  readonly name: string;
  /**
   * Its namespace. Absent: that of the restore. Another one has to grant it in the snapshot's spec.grants.
   */
  readonly namespace?: string;
}
/**
 * Where the state goes.
 */
export interface RestoreTarget {
  readonly instanceRef?: RestoreTargetInstanceRef;
  readonly newInstance?: RestoreTargetNewInstance;
}
/**
 * An instance that exists: its state is replaced.
 */
export interface RestoreTargetInstanceRef {
  /**
   * Name of the VClusterInstance, in the same namespace.
   */
  readonly name: string;
}
/**
 * An instance that is made for it, configured as the one that the snapshot was taken of.
 */
export interface RestoreTargetNewInstance {
  /**
   * Name of the new VClusterInstance, in the namespace of the restore.
   */
  readonly name: string;
  /**
   * Who answers for it. Absent: nobody yet; for one that comes back under its own name, whoever did before.
   */
  readonly owner?: string;
  readonly backingStore?: RestoreTargetNewInstanceBackingStore;
}
/**
 * Another store than the snapshot was taken of. Absent: the same.
 */
export interface RestoreTargetNewInstanceBackingStore {
  readonly type: RestoreTargetNewInstanceBackingStoreType;
  /**
   * Members of etcd. Absent: 1.
   */
  readonly replicas?: number;
}
/**
 * Restores a part, and removes nothing. Namespaces of its objects and definitions of its custom resources come with it where they are gone. What the snapshot does not hold is refused by its name before anything changes. Absent: everything.
 */
export interface RestoreFilters {
  /**
   * Namespaces of the virtual cluster; an object is restored if it is in one of them. With it, objects outside namespaces are left alone.
   *
   * Items: Name of a namespace.
   */
  readonly namespaces?: readonly string[];
  /**
   * Kinds, as resources in the plural: with their group (deployments.apps), which built-in kinds may leave out. Events need keepEvents.
   *
   * Items: One kind.
   */
  readonly kinds?: readonly string[];
  /**
   * Labels that an object must carry, all of them.
   */
  readonly labels?: {
    readonly [k: string]: string;
  };
}
/**
 * What became of it, written by the operator.
 */
export interface VClusterRestoreStatus {
  readonly phase?: RestoreStatusPhase;
  /**
   * Observations by type. Ready is True after success. Stalled is True when it failed for good, and absent otherwise.
   */
  readonly conditions?: readonly RestoreStatusCondition[];
  /**
   * The metadata.generation that was last looked at; -1 before the first.
   */
  readonly observedGeneration?: number;
  readonly instance?: RestoreStatusInstance;
  /**
   * Id of the snapshot in its repository.
   */
  readonly snapshotID?: string;
  readonly instanceMode?: RestoreStatusInstanceMode;
  readonly store?: RestoreStatusStore;
  readonly plan?: RestoreStatusPlan;
  readonly failure?: RestoreStatusFailure;
  /**
   * Name of the VClusterSnapshot with the state from before, in the namespace of the instance.
   */
  readonly preRestoreSnapshot?: string;
  /**
   * When the control plane was let go, to start on the store that is whole again.
   */
  readonly releaseTime?: string;
  readonly mode?: RestoreStatusMode;
  /**
   * When the whole snapshot had been read, before anything was changed.
   */
  readonly verificationTime?: string;
  /**
   * When the work began.
   */
  readonly startTime?: string;
  /**
   * When it ended.
   */
  readonly completionTime?: string;
  readonly progress?: RestoreStatusProgress;
  /**
   * How often its work was begun anew after a failure that may pass.
   */
  readonly attempts?: number;
}
/**
 * One observation.
 */
export interface RestoreStatusCondition {
  /**
   * What is observed, in UpperCamelCase.
   */
  readonly type: string;
  readonly status: RestoreStatusConditionStatus;
  /**
   * Why, as one word.
   */
  readonly reason: string;
  /**
   * Why, as a sentence.
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
 * The instance that it is carried out on.
 */
export interface RestoreStatusInstance {
  /**
   * Name of the VClusterInstance.
   */
  readonly name: string;
  /**
   * Its UID.
   */
  readonly uid?: string;
}
/**
 * What is, or would be, changed.
 */
export interface RestoreStatusPlan {
  /**
   * Keys that are written.
   */
  readonly puts: number;
  /**
   * Keys that are removed.
   */
  readonly deletes: number;
  /**
   * Keys that are left as they are.
   */
  readonly unchanged: number;
  /**
   * The kinds with the most changes, most first.
   */
  readonly kinds?: readonly RestoreStatusPlanKind[];
  /**
   * Some of the keys, for a look.
   *
   * Items: A key and what happens to it.
   */
  readonly sample?: readonly string[];
}
/**
 * One kind.
 */
export interface RestoreStatusPlanKind {
  /**
   * Resource as the key in the store names it: RESOURCE, or RESOURCE.GROUP of custom resources, such as pods or widgets.example.com.
   */
  readonly kind: string;
  /**
   * Objects that are written.
   */
  readonly puts: number;
  /**
   * Objects that are removed.
   */
  readonly deletes: number;
}
/**
 * Why the restore did not come through; told as long as the state from before is put back, and afterwards.
 */
export interface RestoreStatusFailure {
  /**
   * Why, as one word.
   */
  readonly reason: string;
  /**
   * Why, as a sentence.
   */
  readonly message: string;
}
/**
 * How far the work under way is; absent when none is.
 */
export interface RestoreStatusProgress {
  /**
   * What is being done, as one word.
   */
  readonly stage: string;
  /**
   * Keys done so far.
   */
  readonly keys?: number;
  /**
   * Bytes done so far.
   */
  readonly bytes?: number;
  /**
   * Keys to do; absent while that is not known.
   */
  readonly totalKeys?: number;
}
