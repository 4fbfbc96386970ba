import type { SnapshotReason } from "@open-vcluster/crds";
import type { FailureReason } from "./worker/reason.ts";

const REASONS: Readonly<Record<FailureReason, SnapshotReason>> = {
  InvalidTask: "WorkerFailed",
  Interrupted: "WorkerFailed",
  Unexpected: "WorkerFailed",
  BucketUnreachable: "BucketUnreachable",
  BucketDenied: "BucketDenied",
  BucketMissing: "BucketMissing",
  BucketUntrusted: "BucketUntrusted",
  BucketRefused: "BucketRefused",
  BucketDamages: "BucketUnreachable",
  VolumeFull: "LocationFull",
  ClockSkewed: "ClockSkewed",
  RepositoryMissing: "SnapshotMissing",
  RepositoryUnsupported: "UnsupportedFormat",
  WrongKey: "WrongKey",
  KeyRequired: "KeyRequired",
  NotEncrypted: "NotEncrypted",
  Locked: "Locked",
  SnapshotMissing: "SnapshotMissing",
  SnapshotDamaged: "SnapshotDamaged",
  Needed: "SnapshotNeeded",
  NoParent: "IncrementalImpossible",
  TooMuchGarbage: "BucketRefused",
  StoreUnreachable: "StoreUnreachable",
  StoreDenied: "StoreRefused",
  StoreUntrusted: "StoreRefused",
  StoreFull: "StoreFull",
  StoreCompacted: "StoreCompacted",
  StoreFailed: "StoreRefused",
  StoreContended: "StoreRefused",
  NotEqual: "StoreRefused",
  NothingSelected: "NothingSelected",
  ValueTooLarge: "StoreRefused",
  ArchiveMissing: "SnapshotMissing",
  ArchiveMalformed: "SnapshotDamaged",
  ArchiveTruncated: "SnapshotDamaged",
  ArchiveUnsupported: "SnapshotDamaged",
};

/** The reason of a condition for what a worker failed of. Pure. */
export function reasonOf(reason: FailureReason): SnapshotReason {
  return REASONS[reason];
}
