/** Why a task failed: for conditions and for programs. */
export const FAILURE_REASONS = [
  /** The task itself is not as it must be. */
  "InvalidTask",
  /** The worker was asked to end before it was done. */
  "Interrupted",
  /** The bucket does not answer, or asks to come back later. */
  "BucketUnreachable",
  /** The credentials are wrong, were revoked, or do not allow this. */
  "BucketDenied",
  "BucketMissing",
  /** The certificate of the bucket's endpoint is not trusted. */
  "BucketUntrusted",
  /** The bucket does not do what was asked, and will not the next time. */
  "BucketRefused",
  /** What arrives is not what was sent, several times in a row. */
  "BucketDamages",
  /** The bucket or the volume has no room, or a quota is used up. */
  "VolumeFull",
  /** The clocks of the worker's node and of the bucket are too far apart. */
  "ClockSkewed",
  /** There is no repository at the place that was named. */
  "RepositoryMissing",
  /** The repository was made by a later version. */
  "RepositoryUnsupported",
  "WrongKey",
  "KeyRequired",
  /** A key was given, and the repository is not encrypted. */
  "NotEncrypted",
  /** Another task is at work on the same virtual cluster, or garbage is collected. */
  "Locked",
  "SnapshotMissing",
  /** An object that the snapshot needs is lost or changed. */
  "SnapshotDamaged",
  /** Another snapshot lies upon the one that was to be deleted. */
  "Needed",
  /** An incremental snapshot was asked for, and there is nothing to build upon. */
  "NoParent",
  /** More would be deleted than was allowed at once. */
  "TooMuchGarbage",
  /** The store of the virtual cluster does not answer. */
  "StoreUnreachable",
  "StoreDenied",
  /** One side does not trust the other's certificate. */
  "StoreUntrusted",
  /** The store's quota is used up, or what is to be written would use it up. */
  "StoreFull",
  /** The store compacts faster than it can be read. */
  "StoreCompacted",
  /** The store refuses a request that is well-formed. */
  "StoreFailed",
  /** Somebody else writes to the store during a restore. */
  "StoreContended",
  /** After a restore the store does not hold what the snapshot holds. */
  "NotEqual",
  /** The part that was asked for is not in the snapshot. */
  "NothingSelected",
  /** An object of the snapshot is larger than the store takes. */
  "ValueTooLarge",
  "ArchiveMissing",
  "ArchiveMalformed",
  /** The program that wrote the archive stopped early. */
  "ArchiveTruncated",
  /** The archive holds no keys. */
  "ArchiveUnsupported",
  /** A fault of the worker itself. */
  "Unexpected",
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];
