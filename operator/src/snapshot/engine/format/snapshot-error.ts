export type SnapshotErrorCode =
  /** There is no repository at this place. */
  | "NotARepository"
  /** The repository is of a format, or asks for something, that this version does not know. */
  | "UnsupportedFormat"
  /** None of the repository's keys is wrapped with the given key. */
  | "WrongKey"
  /** The repository is encrypted, and no key was given. */
  | "KeyRequired"
  /** A key was given, and the repository is not encrypted. */
  | "NotEncrypted"
  /** There is no object where there must be one. */
  | "Missing"
  /** The bytes of an object are not those that were written. */
  | "Corrupt"
  /** Two things that were to be alike are not; the writer was at fault, not the storage. */
  | "Inconsistent"
  /** Another writer is at work on the same virtual cluster. */
  | "Locked"
  /** There is no snapshot that an incremental one can build upon. */
  | "NoParent"
  /** Something else needs it. */
  | "InUse"
  /** More would be deleted than was allowed at once. */
  | "TooMuch";

const DAMAGES: ReadonlySet<SnapshotErrorCode> = new Set(["Missing", "Corrupt", "Inconsistent"]);

/** Whether it says that something that was written is lost or changed. Pure. */
export function isDamage(error: unknown): error is SnapshotError {
  return error instanceof SnapshotError && DAMAGES.has(error.code);
}

/** What is wrong with a repository or an object in it. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
  readonly code: SnapshotErrorCode;
  /** Key of the object that it is about. */
  readonly objectKey: string;

  constructor(
    code: SnapshotErrorCode,
    objectKey: string,
    what: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`${objectKey}: ${what}`, options);
    this.code = code;
    this.objectKey = objectKey;
  }
}
