/** Durations that an operator's configuration fixes for all operations. All times in milliseconds. */
export interface OperationSettings {
  /** An operation that no instance carries after this time was never applied. */
  readonly acceptTimeoutMs: number;
  /** How long an operation may take, on top of what its instance allows a drain or a resume. */
  readonly deadlineMs: number;
  /** How long a stall that the operator still tries to overcome must last before it fails an operation. */
  readonly stallGraceMs: number;
  /** How long an operation that ended is kept. */
  readonly retentionMs: number;
}
