import type { AcceptedUpdate, RefusedCreate, RefusedUpdate } from "./refusal.ts";

/** The least that an operation says. */
export const LEAST_OPERATION = {
  method: "SuspendVCluster",
  target: { namespace: "team", name: "shop" },
  requester: { name: "alice@example.com" },
  payloadHash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
} as const;

const RECORD =
  "an operation is the record of what was asked for and never changes, except that cancel can be set to true: ask the API for another operation";
const CANCEL_KEPT = "a cancellation cannot be taken back: ask the API for another operation";
const ENDED = "an operation that ended stays as it ended: ask the API for another operation";
const STATE_KEPT =
  "the state of an operation cannot be removed: set another state, or leave the status alone";

const least = LEAST_OPERATION;

/** One refused object for each rule that looks at new operations. */
export const REFUSED_OPERATIONS: readonly RefusedCreate[] = [
  {
    at: "spec.cancel",
    message: "cancel can only be true: leave it out to let the operation go on",
    spec: { ...least, cancel: false },
  },
];

/** One refused change for each rule that compares with the old operation, and for each way to make it. */
export const REFUSED_OPERATION_UPDATES: readonly RefusedUpdate[] = [
  ...[
    { method: "ResumeVCluster" },
    { target: { ...least.target, name: "other" } },
    { target: { ...least.target, uid: "1" } },
    { requester: { name: "mallory" } },
    { requester: { ...least.requester, groups: ["admins"] } },
    { payloadHash: "0" },
    { requestId: "added" },
    { object: { kind: "VClusterSnapshot", namespace: "team", name: "added" } },
    { traceparent: "added" },
  ].map((change) => ({
    at: "spec",
    message: RECORD,
    before: least,
    after: { ...least, ...change },
  })),
  { at: "spec", message: RECORD, before: { ...least, requestId: "given" }, after: least },
  { at: "spec", message: CANCEL_KEPT, before: { ...least, cancel: true }, after: least },
  ...["Succeeded", "Failed", "Cancelled", "Aborted"].map((state) => ({
    at: "status.state",
    message: ENDED,
    before: { state },
    after: { state: "Running" },
    of: "status" as const,
  })),
  {
    at: "status",
    message: STATE_KEPT,
    before: { state: "Failed" },
    after: { phase: "Failed" },
    of: "status",
  },
];

/** Changes that look like the ones above and are allowed. */
export const ACCEPTED_OPERATION_UPDATES: readonly AcceptedUpdate[] = [
  { before: least, after: { ...least, cancel: true } },
  { before: { state: "Pending" }, after: { state: "Aborted" }, of: "status" },
  { before: { state: "Running" }, after: { state: "Succeeded" }, of: "status" },
  {
    before: { state: "Failed" },
    after: { state: "Failed", expiresAt: "2026-01-01T00:00:00Z" },
    of: "status",
  },
];
