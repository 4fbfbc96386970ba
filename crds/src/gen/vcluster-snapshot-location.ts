// Generated from vclustersnapshotlocations.yaml by "npm run generate". Do not edit.

/**
 * ReadWrite (when absent): snapshots are made, deleted and restored. ReadOnly: they are found and restored only.
 */
export type SnapshotLocationAccessMode = "ReadWrite" | "ReadOnly";
/**
 * Summary for people: Pending, Available or Unavailable. Programs read the conditions.
 */
export type SnapshotLocationStatusPhase = "Pending" | "Available" | "Unavailable";
/**
 * Whether it holds.
 */
export type SnapshotLocationStatusConditionStatus = "True" | "False" | "Unknown";

/**
 * VClusterSnapshotLocation is a place where snapshots of the virtual clusters of its namespace are kept: a bucket of an object store, or a volume.
 */
export interface VClusterSnapshotLocation {
  /**
   * openvcluster.io/v1alpha1
   */
  readonly apiVersion: string;
  /**
   * VClusterSnapshotLocation
   */
  readonly kind: string;
  readonly metadata: VClusterSnapshotLocationMetadata;
  readonly spec: VClusterSnapshotLocationSpec;
  readonly status?: VClusterSnapshotLocationStatus;
}
/**
 * The parts of ObjectMeta that the product reads.
 */
export interface VClusterSnapshotLocationMetadata {
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
 * Where the snapshots of this namespace are kept, and how they are encrypted.
 */
export interface VClusterSnapshotLocationSpec {
  readonly s3?: SnapshotLocationS3;
  readonly volume?: SnapshotLocationVolume;
  readonly encryption?: SnapshotLocationEncryption;
  readonly accessMode?: SnapshotLocationAccessMode;
  /**
   * Locations that hold a copy of everything in this one, made by the object store's replication or by copying. Snapshots with spec.repair are mended from there.
   */
  readonly replicas?: readonly SnapshotLocationReplica[];
  /**
   * How often the location is tried and searched for snapshots, for example 1m (the default when absent) or 1h. At most 24h.
   */
  readonly probeInterval?: string;
}
/**
 * A bucket of an object store that speaks S3.
 */
export interface SnapshotLocationS3 {
  /**
   * URL of the object store, https://HOST[:PORT] or http://HOST[:PORT]. Absent: https://s3.amazonaws.com.
   */
  readonly endpoint?: string;
  /**
   * Region of the bucket. Absent: us-east-1.
   */
  readonly region?: string;
  /**
   * Name of the bucket. It has to exist.
   */
  readonly bucket: string;
  /**
   * Path inside the bucket below which everything lies. Absent: the root of the bucket.
   */
  readonly prefix?: string;
  /**
   * Address the bucket by path instead of by host name, as MinIO needs it. Absent: true where endpoint is set, else false.
   */
  readonly pathStyle?: boolean;
  readonly credentialsSecretRef: SnapshotLocationS3CredentialsSecretRef;
  readonly caSecretRef?: SnapshotLocationS3CaSecretRef;
}
/**
 * Secret with the keys accessKeyId, secretAccessKey and, for temporary credentials, sessionToken.
 */
export interface SnapshotLocationS3CredentialsSecretRef {
  /**
   * Name of the Secret, in the namespace of the location.
   */
  readonly name: string;
}
/**
 * Secret whose key ca.crt holds the authorities (PEM) that signed the object store's certificate. Absent: the public authorities.
 */
export interface SnapshotLocationS3CaSecretRef {
  /**
   * Name of the Secret, in the namespace of the location.
   */
  readonly name: string;
}
/**
 * A volume in the operator's namespace. Only a location in that namespace can have one.
 */
export interface SnapshotLocationVolume {
  /**
   * Name of the PersistentVolumeClaim, in the operator's namespace.
   */
  readonly claimName: string;
  /**
   * Path on the volume below which everything lies. Absent: its root.
   */
  readonly path?: string;
}
/**
 * How snapshots are encrypted before they leave the cluster. Absent: they are not, Secrets included.
 */
export interface SnapshotLocationEncryption {
  readonly keySecretRef: SnapshotLocationEncryptionKeySecretRef;
}
/**
 * Secret whose key `key` holds 32 random bytes, raw or as base64. Keep a copy outside the cluster: without it nothing can be restored. To change it, put the one before under `previousKey` beside the new one.
 */
export interface SnapshotLocationEncryptionKeySecretRef {
  /**
   * Name of the Secret, in the namespace of the location.
   */
  readonly name: string;
}
/**
 * A copy in a bucket.
 */
export interface SnapshotLocationReplica {
  /**
   * Name of the VClusterSnapshotLocation, in the namespace of this one. Its key does not count: a copy is encrypted as the original is.
   */
  readonly name: string;
}
/**
 * What was found there, written by the operator.
 */
export interface VClusterSnapshotLocationStatus {
  readonly phase?: SnapshotLocationStatusPhase;
  /**
   * Observations by type. Available is True while the location can be used as accessMode says. Ready says the same for tools.
   */
  readonly conditions?: readonly SnapshotLocationStatusCondition[];
  /**
   * The metadata.generation that was last looked at; -1 before the first.
   */
  readonly observedGeneration?: number;
  /**
   * Id of the repository of this namespace; absent before the first snapshot.
   */
  readonly repositoryID?: string;
  /**
   * When the location was last tried.
   */
  readonly lastProbeTime?: string;
  /**
   * When it was last searched for snapshots with success.
   */
  readonly lastSyncTime?: string;
  /**
   * How many snapshots of this namespace were found there.
   */
  readonly snapshots?: number;
}
/**
 * One observation.
 */
export interface SnapshotLocationStatusCondition {
  /**
   * What is observed, in UpperCamelCase.
   */
  readonly type: string;
  readonly status: SnapshotLocationStatusConditionStatus;
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
