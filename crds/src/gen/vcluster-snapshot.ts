// Generated from vclustersnapshots.yaml by "npm run generate". Do not edit.

/**
 * Auto (when absent): incremental where an earlier snapshot allows it, else full. Full: all of the store is read and written. Incremental: fails where it is not possible.
 */
export type SnapshotType = "Auto" | "Full" | "Incremental";
/**
 * How it is read back before it counts. Raised later, it is read back again. Presence: everything that it needs is there. Content (when absent): every byte is read and checked. Full: it is put together as for a restore and compared.
 */
export type SnapshotVerification = "Presence" | "Content" | "Full";
/**
 * What deleting this object does to the data. Delete (when absent): it is removed. Retain: it stays and is found again.
 */
export type SnapshotDeletionPolicy = "Delete" | "Retain";
/**
 * Summary for people: Pending, Creating, Verifying, Ready, Failed or Deleting. Programs read the conditions.
 */
export type SnapshotStatusPhase =
  "Pending" | "Creating" | "Verifying" | "Ready" | "Failed" | "Deleting";
/**
 * Whether it holds.
 */
export type SnapshotStatusConditionStatus = "True" | "False" | "Unknown";
/**
 * What it is.
 */
export type SnapshotStatusType = "Full" | "Incremental" | "Imported";
/**
 * How it was last read back with success.
 */
export type SnapshotStatusVerifiedLevel = "Presence" | "Content" | "Full";
/**
 * Kind of the store.
 */
export type SnapshotStatusVersionsStore = "sqlite" | "etcd" | "externalEtcd";

/**
 * VClusterSnapshot is the state of one virtual cluster at one moment, kept in a location: all its API objects, its certificates, and how it was configured. Volumes of its workloads are not in it.
 */
export interface VClusterSnapshot {
  /**
   * openvcluster.io/v1alpha1
   */
  readonly apiVersion: string;
  /**
   * VClusterSnapshot
   */
  readonly kind: string;
  readonly metadata: VClusterSnapshotMetadata;
  readonly spec: VClusterSnapshotSpec;
  readonly status?: VClusterSnapshotStatus;
}
/**
 * The parts of ObjectMeta that the product reads.
 */
export interface VClusterSnapshotMetadata {
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
 * What is to be kept, where, and for how long.
 */
export interface VClusterSnapshotSpec {
  readonly instanceRef: SnapshotInstanceRef;
  readonly locationRef?: SnapshotLocationRef;
  readonly type?: SnapshotType;
  readonly verification?: SnapshotVerification;
  /**
   * It is read back again from this moment on, if it was last read back before; also what was found in a location. Absent: it is read back once, and again when verification asks for more.
   */
  readonly verifyAfter?: string;
  /**
   * true: what is found damaged when it is read back again is put back, from copies of the location (its spec.replicas), from other snapshots, and from the running store of the instance, as far as they hold it. Set it together with verifyAfter for one that is damaged already. Absent means false: damage is told, and nothing is written.
   */
  readonly repair?: boolean;
  /**
   * How long after its completion it is deleted, for example 720h. Absent: never.
   */
  readonly expiresAfter?: string;
  /**
   * true: neither its expiry nor a deletion of this object removes the data. Absent means false.
   */
  readonly hold?: boolean;
  readonly deletionPolicy?: SnapshotDeletionPolicy;
  /**
   * For people.
   */
  readonly description?: string;
  /**
   * Other namespaces that may restore it.
   */
  readonly grants?: readonly SnapshotGrant[];
  readonly archive?: SnapshotArchive;
  /**
   * Id of a snapshot that exists already, in the form 20260102T030405Z-abc123. The operator sets it for what it finds in a location; with it nothing is made.
   */
  readonly snapshotID?: string;
}
/**
 * The VClusterInstance whose state is kept.
 */
export interface SnapshotInstanceRef {
  /**
   * Name of the VClusterInstance, in the same namespace.
   */
  readonly name: string;
}
/**
 * Where it is kept. Absent: the default location of the operator.
 */
export interface SnapshotLocationRef {
  /**
   * Name of the VClusterSnapshotLocation, in the same namespace.
   */
  readonly name: string;
}
/**
 * One namespace.
 */
export interface SnapshotGrant {
  /**
   * Name of the namespace.
   */
  readonly namespace: string;
}
/**
 * An archive that `vcluster snapshot` wrote, which is imported instead of reading the store of the instance. It holds no certificates: what is restored of it gets those of the instance that it is restored into.
 */
export interface SnapshotArchive {
  readonly locationRef: SnapshotArchiveLocationRef;
  /**
   * Key of the archive in the bucket, as after the bucket's name in its URL: for s3://bucket/path/shop.tar.gz it is path/shop.tar.gz.
   */
  readonly key: string;
}
/**
 * The bucket that the archive is in.
 */
export interface SnapshotArchiveLocationRef {
  /**
   * Name of the VClusterSnapshotLocation, in the same namespace; its prefix does not count. ReadOnly is enough.
   */
  readonly name: string;
}
/**
 * What became of it, written by the operator.
 */
export interface VClusterSnapshotStatus {
  readonly phase?: SnapshotStatusPhase;
  /**
   * Observations by type. Ready is True when the snapshot was read back as asked for, or found in a location, and stays True while it is read back again. Stalled is True when it failed for good or turned out to be damaged, and absent otherwise.
   */
  readonly conditions?: readonly SnapshotStatusCondition[];
  /**
   * The metadata.generation that was last looked at; -1 before the first.
   */
  readonly observedGeneration?: number;
  /**
   * Id in the repository; fixed before anything is written.
   */
  readonly snapshotID?: string;
  /**
   * UID of the instance when the snapshot was begun.
   */
  readonly instanceUID?: string;
  readonly location?: SnapshotStatusLocation;
  readonly type?: SnapshotStatusType;
  /**
   * Revision of the store that it shows, as a decimal number.
   */
  readonly revision?: string;
  /**
   * Keys of the store in it.
   */
  readonly keys?: number;
  /**
   * Bytes of the values in it.
   */
  readonly logicalBytes?: number;
  /**
   * Bytes of all objects that it needs.
   */
  readonly storedBytes?: number;
  /**
   * Bytes that were written for it alone.
   */
  readonly addedBytes?: number;
  /**
   * Id of the snapshot that it builds on; absent for a full one.
   */
  readonly parent?: string;
  /**
   * Snapshots that it builds on.
   */
  readonly chainLength?: number;
  /**
   * Digest of the authorities and of the key that signs ServiceAccount tokens when it was made; absent of an archive. What is restored into an instance of the same identity keeps its tokens valid.
   */
  readonly identity?: string;
  /**
   * Digest of everything in it, independent of where and when it was stored.
   */
  readonly rootHash?: string;
  readonly verifiedLevel?: SnapshotStatusVerifiedLevel;
  /**
   * When it was last read back, well or badly: what happened to it later is not in the result.
   */
  readonly verificationTime?: string;
  /**
   * When its data was found to be removed from the location, after it was deleted.
   */
  readonly dataRemovalTime?: string;
  /**
   * How often it was read back again, or that was tried.
   */
  readonly verifications?: number;
  readonly repair?: SnapshotStatusRepair;
  /**
   * When the work on it began.
   */
  readonly startTime?: string;
  /**
   * When it was complete and read back.
   */
  readonly completionTime?: string;
  /**
   * When it will be deleted; absent: never.
   */
  readonly expirationTime?: string;
  readonly versions?: SnapshotStatusVersions;
  /**
   * The kinds with the most objects in it, most first.
   */
  readonly contents?: readonly SnapshotStatusContent[];
  readonly progress?: SnapshotStatusProgress;
  /**
   * How often its work was begun anew after a failure that may pass.
   */
  readonly attempts?: number;
}
/**
 * One observation.
 */
export interface SnapshotStatusCondition {
  /**
   * What is observed, in UpperCamelCase.
   */
  readonly type: string;
  readonly status: SnapshotStatusConditionStatus;
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
 * The location that is used.
 */
export interface SnapshotStatusLocation {
  /**
   * Namespace of the location.
   */
  readonly namespace: string;
  /**
   * Name of the location.
   */
  readonly name: string;
}
/**
 * What was damaged of it and was put back; absent if nothing ever was.
 */
export interface SnapshotStatusRepair {
  /**
   * When that was last done.
   */
  readonly time: string;
  /**
   * How many of its objects in the location were put back then.
   */
  readonly count: number;
  /**
   * Keys of some of them, at most 10, below the prefix and the namespace.
   *
   * Items: One key.
   */
  readonly objects: readonly string[];
}
/**
 * What ran when it was made.
 */
export interface SnapshotStatusVersions {
  /**
   * Version of the chart.
   */
  readonly chart?: string;
  /**
   * Version of Kubernetes, with a leading v.
   */
  readonly kubernetes?: string;
  readonly store?: SnapshotStatusVersionsStore;
}
/**
 * One kind.
 */
export interface SnapshotStatusContent {
  /**
   * Resource as the key in the store names it: RESOURCE, or RESOURCE.GROUP of custom resources, such as pods or widgets.example.com.
   */
  readonly kind: string;
  /**
   * Number of objects.
   */
  readonly objects: number;
}
/**
 * How far the work under way is; absent when none is.
 */
export interface SnapshotStatusProgress {
  /**
   * What is being done, as one word.
   */
  readonly stage: string;
  /**
   * When that began; told while it is read back again.
   */
  readonly startTime?: string;
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
