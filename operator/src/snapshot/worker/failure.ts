import { MalformedError } from "../engine/format/byte-reader.ts";
import {
  ImportError,
  KvError,
  ObjectStoreError,
  RestoreError,
  SnapshotError,
} from "../engine/index.ts";
import type { FailureReason } from "./reason.ts";
import type { TaskFailure } from "./result.ts";
import type { Task } from "./task.ts";

interface Meaning {
  /** Whether it may pass by itself. */
  readonly retry: boolean;
  /** What helps. */
  readonly advice: string;
}

const MEANINGS: Readonly<Record<FailureReason, Meaning>> = {
  InvalidTask: final("This is a fault of the operator: report it"),
  Interrupted: passing("It is run again"),
  BucketUnreachable: passing("Check the endpoint of the location and the network to it"),
  BucketDenied: final(
    "Check the Secret with the location's credentials and what they may do; a volume has to be writable by group 65532",
  ),
  BucketMissing: final("Create the bucket or the directory, or correct the location's name of it"),
  BucketUntrusted: final("Name the authority of its certificate in the location's CA Secret"),
  BucketRefused: final(
    "Check that the location's endpoint speaks S3 with conditional writes (If-None-Match), and its region",
  ),
  BucketDamages: passing("Check the storage and the network: bytes change on their way"),
  VolumeFull: final("Make room in the bucket or the volume, or raise its quota"),
  ClockSkewed: passing("Synchronise the clocks of the nodes and of the storage"),
  RepositoryMissing: final("Check the location's bucket and prefix"),
  RepositoryUnsupported: final("Use the version of the product that wrote it, or a later one"),
  WrongKey: final("Put the key that the repository was made with into the location's key Secret"),
  KeyRequired: final("Name the Secret with the repository's key in the location"),
  NotEncrypted: final("Take the key out of the location, or use another prefix"),
  Locked: passing("It goes on when the other task ends; the lock of a killed one lasts 15 minutes"),
  SnapshotMissing: final("Choose another snapshot"),
  SnapshotDamaged: final(
    "Choose another snapshot; with spec.repair and a new spec.verifyAfter what is kept elsewhere is put back",
  ),
  Needed: final("Delete the snapshots that lie upon it first"),
  NoParent: final("Take a full snapshot, or let the type be chosen"),
  TooMuchGarbage: final("Look at the bucket, and allow a larger share if it is right"),
  StoreUnreachable: passing("Check that the control plane's store runs and is reachable"),
  StoreDenied: final("Check the certificates of the virtual cluster"),
  StoreUntrusted: final("Check that the certificates are those of this virtual cluster"),
  StoreFull: final("Raise the store's quota or volume, or compact and defragment it"),
  StoreCompacted: passing("It is tried again when less is written to the virtual cluster"),
  StoreFailed: passing("Look at the log of the store"),
  StoreContended: passing("Stop whoever else writes to the store"),
  NotEqual: passing("Stop whoever else writes to the store; the restore is repeated"),
  NothingSelected: final("Correct the filters; a dry run says what would be restored"),
  ValueTooLarge: final(
    "Restore into sqlite, leave the object out by filters, or make it smaller and take another snapshot",
  ),
  ArchiveMissing: final("Check the key of the archive"),
  ArchiveMalformed: final("Check that the file is an archive of vcluster snapshot, and is whole"),
  ArchiveTruncated: final("Take the archive again"),
  ArchiveUnsupported: final(
    "Take the archive of a virtual cluster whose etcd is deployed, or sqlite",
  ),
  Unexpected: passing("Look at the worker's log and report it"),
};

const OBJECT_STORE: Readonly<Record<ObjectStoreError["code"], FailureReason>> = {
  NotFound: "SnapshotDamaged",
  // Of objects that are written once alone: another run was quicker.
  AlreadyExists: "Locked",
  AccessDenied: "BucketDenied",
  NoBucket: "BucketMissing",
  Unavailable: "BucketUnreachable",
  Full: "VolumeFull",
  Corrupt: "BucketDamages",
  TooLarge: "SnapshotDamaged",
  ClockSkew: "ClockSkewed",
  Untrusted: "BucketUntrusted",
  Refused: "BucketRefused",
};

const SNAPSHOT: Readonly<Record<SnapshotError["code"], FailureReason>> = {
  NotARepository: "RepositoryMissing",
  UnsupportedFormat: "RepositoryUnsupported",
  WrongKey: "WrongKey",
  KeyRequired: "KeyRequired",
  NotEncrypted: "NotEncrypted",
  Missing: "SnapshotDamaged",
  Corrupt: "SnapshotDamaged",
  Inconsistent: "SnapshotDamaged",
  Locked: "Locked",
  NoParent: "NoParent",
  InUse: "Needed",
  TooMuch: "TooMuchGarbage",
};

const STORE: Readonly<Record<KvError["code"], FailureReason>> = {
  Unavailable: "StoreUnreachable",
  Compacted: "StoreCompacted",
  Future: "StoreUnreachable",
  // What does not pass once never does.
  TooLarge: "ValueTooLarge",
  NoSpace: "StoreFull",
  LeaseNotFound: "StoreFailed",
  Denied: "StoreDenied",
  Untrusted: "StoreUntrusted",
  Failed: "StoreFailed",
};

const RESTORE: Readonly<Record<RestoreError["code"], FailureReason>> = {
  Contended: "StoreContended",
  NotEqual: "NotEqual",
  NothingSelected: "NothingSelected",
  ValueTooLarge: "ValueTooLarge",
};

const IMPORT: Readonly<Record<ImportError["code"], FailureReason>> = {
  Malformed: "ArchiveMalformed",
  Truncated: "ArchiveTruncated",
  Unsupported: "ArchiveUnsupported",
};

const LONGEST_MESSAGE = 1_000;

/** What is told of an error. @param task - absent where it could not be read. Pure. */
export function failureOf(error: unknown, task?: Task): TaskFailure {
  const reason = reasonOf(error, task);
  const { retry, advice } = MEANINGS[reason];
  // What nobody foresaw may say anything.
  const what = reason === "Unexpected" ? "The worker failed" : (error as Error).message;
  const message = `${what.slice(0, LONGEST_MESSAGE)}. ${advice}.`;
  return { ok: false, reason, message, retry };
}

/** Of a worker that was asked to end. */
export const INTERRUPTED: TaskFailure = {
  ok: false,
  reason: "Interrupted",
  message: `The worker was asked to end before it was done. ${MEANINGS.Interrupted.advice}.`,
  retry: MEANINGS.Interrupted.retry,
};

function reasonOf(error: unknown, task: Task | undefined): FailureReason {
  if (error instanceof MalformedError) return "InvalidTask";
  if (error instanceof SnapshotError) return ofSnapshot(error, task);
  if (error instanceof ObjectStoreError) return ofObjectStore(error, task);
  if (error instanceof KvError) return STORE[error.code];
  if (error instanceof RestoreError) return RESTORE[error.code];
  if (error instanceof ImportError) return IMPORT[error.code];
  return "Unexpected";
}

function ofSnapshot({ code, objectKey }: SnapshotError, task: Task | undefined): FailureReason {
  const isItself =
    task !== undefined && "snapId" in task && objectKey.endsWith(`/${task.snapId}/manifest.json`);
  return code === "Missing" && isItself ? "SnapshotMissing" : SNAPSHOT[code];
}

function ofObjectStore({ code, key }: ObjectStoreError, task: Task | undefined): FailureReason {
  const isArchive = task?.operation === "import" && key === task.archive.key;
  return code === "NotFound" && isArchive ? "ArchiveMissing" : OBJECT_STORE[code];
}

function final(advice: string): Meaning {
  return { retry: false, advice };
}

function passing(advice: string): Meaning {
  return { retry: true, advice };
}
