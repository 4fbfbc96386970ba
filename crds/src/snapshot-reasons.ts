import type { ReasonText } from "./conditions.ts";

/** Reasons of locations, snapshots and restores. */
export type SnapshotReason =
  | "Available"
  | "CredentialsMissing"
  | "KeyMissing"
  | "BucketUnreachable"
  | "BucketDenied"
  | "BucketMissing"
  | "BucketUntrusted"
  | "BucketRefused"
  | "LocationFull"
  | "ClockSkewed"
  | "KeyRequired"
  | "WrongKey"
  | "NotEncrypted"
  | "UnsupportedFormat"
  | "VolumeElsewhere"
  | "VolumeMissing"
  | "LocationMissing"
  | "LocationUnavailable"
  | "LocationReadOnly"
  | "InstanceMissing"
  | "InstanceNotReady"
  | "InstanceBusy"
  | "StoreUnsupported"
  | "StoreUnreachable"
  | "StoreRefused"
  | "CreationRefused"
  | "StoreCompacted"
  | "StoreFull"
  | "Snapshotting"
  | "Verifying"
  | "Repairing"
  | "Verified"
  | "Found"
  | "Locked"
  | "IncrementalImpossible"
  | "SnapshotMissing"
  | "SnapshotDamaged"
  | "Deleting"
  | "SnapshotNeeded"
  | "SnapshotHeld"
  | "SnapshotNotReady"
  | "NotGranted"
  | "VersionTooOld"
  | "NothingSelected"
  | "TargetExists"
  | "Planning"
  | "Planned"
  | "Stopping"
  | "Restoring"
  | "Restarting"
  | "Restored"
  | "RestoreRolledBack"
  | "RestoreIncomplete"
  | "WorkerFailed"
  | "TimedOut";

const nothingToDo = "Nothing to do.";
const wait = "Wait; it goes on by itself.";

/** Every reason of locations, snapshots and restores. A reason never gets a second meaning. */
export const SNAPSHOT_REASONS: Readonly<Record<SnapshotReason, ReasonText>> = {
  Available: { meaning: "The location can be used as accessMode says.", advice: nothingToDo },
  CredentialsMissing: {
    meaning: "The Secret with the credentials of the bucket is missing or lacks a key.",
    advice: "Create it in the namespace of the location with accessKeyId and secretAccessKey.",
  },
  KeyMissing: {
    meaning: "The Secret with the key that encrypts snapshots is missing or holds no key.",
    advice: "Create it in the namespace of the location with 32 random bytes under `key`.",
  },
  BucketUnreachable: {
    meaning: "The object store does not answer.",
    advice: "Check spec.s3.endpoint and the network of the operator; it tries again by itself.",
  },
  BucketDenied: {
    meaning: "The object store refuses the credentials.",
    advice: "Correct the Secret, or give its user the right to list, read, write and delete there.",
  },
  BucketMissing: {
    meaning: "The bucket does not exist.",
    advice: "Create it, or create a location with the right name.",
  },
  BucketUntrusted: {
    meaning: "The certificate of the object store is not trusted.",
    advice: "Name its authorities in spec.s3.caSecretRef, or correct the certificate.",
  },
  BucketRefused: {
    meaning: "The object store refuses what was asked for, and would refuse it again.",
    advice: "Correct what the message names.",
  },
  LocationFull: {
    meaning: "There is no room left where snapshots are kept.",
    advice: "Make room, or delete snapshots that are no longer needed.",
  },
  ClockSkewed: {
    meaning: "The clocks of the cluster and of the object store differ too much.",
    advice: "Correct the clock that is wrong.",
  },
  KeyRequired: {
    meaning: "The snapshots there are encrypted, and the location names no key.",
    advice: "Create a location with spec.encryption and the key that they were made with.",
  },
  WrongKey: {
    meaning: "The snapshots there were encrypted with another key.",
    advice: "Put the right key into the Secret that spec.encryption names.",
  },
  NotEncrypted: {
    meaning: "The snapshots there are not encrypted, although the location names a key.",
    advice: "Use another prefix for encrypted snapshots.",
  },
  UnsupportedFormat: {
    meaning: "What lies there was written by a later version.",
    advice: "Upgrade the product.",
  },
  VolumeElsewhere: {
    meaning: "Only a location in the operator's namespace can be on a volume.",
    advice: "Use spec.s3, or ask the administrator for a default location.",
  },
  VolumeMissing: {
    meaning: "The claim on the volume of the location is missing, or has lost its volume.",
    advice: "Create the PersistentVolumeClaim in the operator's namespace.",
  },
  LocationMissing: {
    meaning: "The location does not exist, and the operator has no default.",
    advice: "Create a VClusterSnapshotLocation, or set spec.locationRef to one that exists.",
  },
  LocationUnavailable: {
    meaning: "The location cannot be used now.",
    advice: "See its condition Available; the work begins when it can be used.",
  },
  LocationReadOnly: {
    meaning: "Nothing can be written to or deleted from the location.",
    advice: "Use another location, or set its spec.accessMode: ReadWrite.",
  },
  InstanceMissing: {
    meaning: "The instance does not exist.",
    advice: "Correct the name, or create the instance.",
  },
  InstanceNotReady: {
    meaning: "The store of the instance does not run yet, or not any more.",
    advice: "Wait; if it lasts, see the conditions of the instance.",
  },
  InstanceBusy: {
    meaning: "Other work on the instance has to end first.",
    advice: wait,
  },
  StoreUnsupported: {
    meaning: "The operator cannot reach this kind of store.",
    advice: "Take backups of an external etcd with its own tools.",
  },
  StoreUnreachable: {
    meaning: "The store of the instance does not answer.",
    advice: "Check the network between the operator and the target namespace; it is tried again.",
  },
  StoreRefused: {
    meaning:
      "The store of the instance refuses what was asked for, or is changed by somebody else.",
    advice: "Correct what the message names, and create another one.",
  },
  CreationRefused: {
    meaning: "The API server refuses an object that the work needs: by a quota or a policy.",
    advice: "Correct what the message names, and create another one.",
  },
  StoreCompacted: {
    meaning: "The store forgot the moment while it was being read.",
    advice: "It is tried again by itself; if it lasts, the store or the location is too slow.",
  },
  StoreFull: {
    meaning: "The store has no room for what would be written.",
    advice: "Compact and defragment it, or give it more room.",
  },
  Snapshotting: { meaning: "The store is being read.", advice: wait },
  Verifying: { meaning: "What was written is being read back.", advice: wait },
  Repairing: {
    meaning: "Something of the snapshot is damaged, and is being put back.",
    advice: wait,
  },
  Verified: { meaning: "The snapshot was read back and can be restored.", advice: nothingToDo },
  Found: {
    meaning: "The snapshot was found in the location; it was not read back here.",
    advice: nothingToDo,
  },
  Locked: {
    meaning: "Another snapshot of the instance is being written.",
    advice: wait,
  },
  IncrementalImpossible: {
    meaning: "There is no earlier snapshot that an incremental one could build on.",
    advice: "Set spec.type: Auto or Full in a new snapshot.",
  },
  SnapshotMissing: {
    meaning: "The snapshot is not in the location.",
    advice: "Check that the location is the right one and that nobody emptied it.",
  },
  SnapshotDamaged: {
    meaning: "Something that the snapshot needs is lost or changed.",
    advice: "Take a new full snapshot; restore from another one.",
  },
  Deleting: {
    meaning: "It is deleted, and its data is being removed from the location.",
    advice: "Nothing to do.",
  },
  SnapshotNeeded: {
    meaning:
      "Later snapshots build on this one, or a restore reads it, so its data stays until they are gone.",
    advice: nothingToDo,
  },
  SnapshotHeld: {
    meaning: "spec.hold keeps the snapshot.",
    advice: "Set spec.hold: false to let it be deleted.",
  },
  SnapshotNotReady: {
    meaning: "The snapshot is not complete.",
    advice: "Wait for its condition Ready, or restore another one.",
  },
  NotGranted: {
    meaning: "The snapshot belongs to another namespace, which does not allow its restore here.",
    advice: "Ask its owner to add this namespace to spec.grants of the snapshot.",
  },
  VersionTooOld: {
    meaning: "The target runs an older minor version of Kubernetes than the snapshot was made of.",
    advice: "Upgrade the target first, or restore into a new instance.",
  },
  NothingSelected: {
    meaning: "The snapshot holds nothing of a kind or a namespace that the filters name.",
    advice: "Correct the filter that the message names; nothing was changed.",
  },
  TargetExists: {
    meaning: "The new instance exists already.",
    advice: "Choose another name, or restore into it with target.instanceRef.",
  },
  Planning: { meaning: "What would change is being found out.", advice: wait },
  Planned: {
    meaning: "status.plan says what would change; nothing was changed.",
    advice: nothingToDo,
  },
  Stopping: {
    meaning: "The control plane is being stopped, so that nothing writes.",
    advice: wait,
  },
  Restoring: { meaning: "The store is being written.", advice: wait },
  Restarting: { meaning: "The control plane is starting on the restored store.", advice: wait },
  Restored: { meaning: "The instance holds what the snapshot kept.", advice: nothingToDo },
  RestoreRolledBack: {
    meaning: "The restore failed, and the state from before is back.",
    advice: "See the message for the cause, and create another restore.",
  },
  RestoreIncomplete: {
    meaning: "The restore failed half way, so the control plane is kept stopped.",
    advice: "Create another restore of any snapshot of the instance; it starts after that.",
  },
  WorkerFailed: {
    meaning: "The Job that does the work could not run.",
    advice: "See the message; it is tried again a few times.",
  },
  TimedOut: {
    meaning: "The work did not end in time.",
    advice: "Create another one; if it lasts, see whether the store or the location is slow.",
  },
};
