import { Code, ConnectError } from "@connectrpc/connect";

export type KvErrorCode =
  /** No answer, or one that asks to come back later. */
  | "Unavailable"
  /** The revision was compacted; a newer one must be read. */
  | "Compacted"
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
  [/database space exceeded/, "NoSpace"],
  [/request is too large|larger than configured readMaxBytes|message larger than max/, "TooLarge"],
  [/requested lease not found/, "LeaseNotFound"],
  [/certificate|TLS|SSL/i, "Untrusted"],
];

const CODES: ReadonlyMap<Code, KvErrorCode> = new Map([
  [Code.Unavailable, "Unavailable"],
  [Code.DeadlineExceeded, "Unavailable"],
  [Code.Aborted, "Unavailable"],
  [Code.ResourceExhausted, "Unavailable"],
  [Code.PermissionDenied, "Denied"],
  [Code.Unauthenticated, "Denied"],
]);

/** Classifies what a call to an endpoint threw. */
export function toKvError(error: unknown, endpoint: string): KvError {
  const { code, rawMessage } = ConnectError.from(error);
  const said = SAID.find(([pattern]) => pattern.test(rawMessage))?.[1];
  return new KvError(said ?? CODES.get(code) ?? "Failed", `${endpoint}: ${rawMessage}`, {
    cause: error,
  });
}
