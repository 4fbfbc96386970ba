import { type ServiceError, status } from "@grpc/grpc-js";

export type KvErrorCode =
  /** No answer, or one that asks to come back later. */
  | "Unavailable"
  /** The revision was compacted; a newer one must be read. */
  | "Compacted"
  /** There is no such revision yet. */
  | "Future"
  /** A request or an answer is larger than allowed; asking for less helps. */
  | "TooLarge"
  /** The store's quota is used up. */
  | "NoSpace"
  /** The lease has ended. */
  | "LeaseNotFound"
  /** The credentials do not allow this. */
  | "Denied"
  /** One side does not trust the other's certificate. */
  | "Untrusted"
  /** Anything else. */
  | "Failed";

/** The only error of a KvStore, but for the reason of an aborted signal, which is thrown as it is. */
export class KvError extends Error {
  override readonly name = "KvError";
  readonly code: KvErrorCode;

  constructor(code: KvErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** What etcd and kine say, where their gRPC code alone is not enough (api/v3rpc/rpctypes of etcd). */
const SAID: readonly (readonly [RegExp, KvErrorCode])[] = [
  [/has been compacted/, "Compacted"],
  [/required revision is a future revision/, "Future"],
  // The second is SQLite's word for a full volume.
  [/database space exceeded/, "NoSpace"],
  [/database or disk is full|no space left on device/i, "NoSpace"],
  [/request is too large|message larger than max/, "TooLarge"],
  [/requested lease not found/, "LeaseNotFound"],
  // A server that goes away before its handshake is over has said nothing about trust.
  [/socket disconnected before secure TLS/, "Unavailable"],
  [/certificate|TLS|SSL/i, "Untrusted"],
];

const CODES: ReadonlyMap<unknown, KvErrorCode> = new Map([
  [status.UNAVAILABLE, "Unavailable"],
  [status.DEADLINE_EXCEEDED, "Unavailable"],
  [status.ABORTED, "Unavailable"],
  [status.RESOURCE_EXHAUSTED, "Unavailable"],
  [status.PERMISSION_DENIED, "Denied"],
  [status.UNAUTHENTICATED, "Denied"],
]);

/** Classifies what a call to an endpoint threw: a ServiceError, or any other. */
export function toKvError(error: unknown, endpoint: string): KvError {
  const { code, details, message } = error as Partial<ServiceError>;
  const text = details ?? message ?? String(error);
  const said = SAID.find(([pattern]) => pattern.test(text))?.[1];
  return new KvError(said ?? CODES.get(code) ?? "Failed", `${endpoint}: ${text}`, { cause: error });
}
