import type {
  OperationReason,
  OperationStatusErrorCode,
  Reason,
  SnapshotReason,
} from "@open-vcluster/crds";

/** Why an operation did not succeed. */
export interface OperationError {
  readonly code: OperationStatusErrorCode;
  readonly reason: OperationReason | Reason | SnapshotReason;
  /** A sentence that says what to do; at most 1024 characters. */
  readonly message: string;
}

/** How an operation ended. */
export type Ending =
  | { readonly state: "Succeeded" }
  | { readonly state: "Failed" | "Cancelled" | "Aborted"; readonly error: OperationError };

/** It could not be carried out. */
export function failed(
  code: OperationError["code"],
  reason: OperationError["reason"],
  message: string,
): Ending {
  return { state: "Failed", error: { code, reason, message } };
}
