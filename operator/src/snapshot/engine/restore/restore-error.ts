/** Why a restore stopped, besides errors of the two stores it works on. */
export type RestoreErrorCode =
  /** Somebody else writes to the store, so that it does not come to rest. */
  | "Contended"
  /** What is there afterwards is not what the snapshot holds. */
  | "NotEqual"
  /** A part was asked for that the snapshot does not hold. */
  | "NothingSelected"
  /** The store takes no value as large as one of the snapshot. */
  | "ValueTooLarge";

export class RestoreError extends Error {
  override readonly name = "RestoreError";
  readonly code: RestoreErrorCode;

  constructor(code: RestoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
