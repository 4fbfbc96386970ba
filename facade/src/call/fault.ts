import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@open-vcluster/api";
import { Failure, failureOf } from "@open-vcluster/runtime";
import { toConnectError } from "./to-connect-error.ts";

/**
 * Whatever ended a call, as the client is told. An aborted signal outranks what was thrown: the call's end is why
 * something failed, not what failed.
 *
 * @param signal - The call's; it aborts at the deadline, when the client goes away and when the server closes.
 */
export function faultOf(thrown: unknown, signal: AbortSignal): ConnectError {
  if (signal.aborted) return completed(ConnectError.from(signal.reason, Code.Canceled));
  return thrown instanceof ConnectError ? completed(thrown) : translated(failureOf(thrown));
}

function translated(failure: Failure): ConnectError {
  if (failure.kind !== "denied") return toConnectError(failure);
  if (failure.reason === "PermissionDenied") return toConnectError(failure);
  if (failure.reason === "Unauthenticated") {
    const { rawMessage, metadata, details } = toConnectError(failure);
    return Object.assign(new ConnectError(rawMessage, Code.Unauthenticated, metadata), { details });
  }
  // Whatever else was denied, was denied to us: the caller's rights are not the trouble.
  return toConnectError(
    new Failure(
      "unavailable",
      "ClusterRefused",
      "The host cluster refuses this API; an administrator must check its credentials and roles",
    ),
  );
}

/**
 * Gives an error of the protocol's own (a message that cannot be decoded or is too large, an unknown compression, a
 * passed deadline) the details that every error has. Changes the error itself: one that ended a call before any
 * interceptor is seen, but cannot be exchanged.
 */
export function completed(error: ConnectError): ConnectError {
  if (error.details.length > 0) return error;
  const { code, rawMessage } = refined(error);
  const details = [
    {
      desc: ErrorInfoSchema,
      value: create(ErrorInfoSchema, { reason: reasonOf(code), domain: DOMAIN }),
    },
  ];
  return Object.assign(error, { code, rawMessage, message: rawMessage, details });
}

const DOMAIN = "openvcluster.io";

function refined({ code, rawMessage }: ConnectError): {
  readonly code: Code;
  readonly rawMessage: string;
} {
  // What the client sent is the client's fault, also where the protocol calls it ours.
  if (code === Code.Internal && rawMessage.startsWith("parse binary:")) {
    return { code: Code.InvalidArgument, rawMessage: "The message is not valid protobuf" };
  }
  if (code === Code.DeadlineExceeded)
    return { code, rawMessage: "The deadline passed; the outcome is unknown" };
  if (code === Code.Unknown) return { code: Code.Internal, rawMessage: INTERNAL };
  return { code, rawMessage: code === Code.Internal ? INTERNAL : rawMessage };
}

const INTERNAL = "An internal error occurred; see the log";

const REASONS: Partial<Record<Code, string>> = {
  [Code.InvalidArgument]: "MALFORMED_REQUEST",
  [Code.ResourceExhausted]: "REQUEST_TOO_LARGE",
  [Code.Unavailable]: "SHUTTING_DOWN",
  [Code.Internal]: "INTERNAL_ERROR",
};

function reasonOf(code: Code): string {
  return REASONS[code] ?? codeName(code);
}

/** A code as gRPC spells it, such as `NOT_FOUND`; `OK` for none. Pure. */
export function codeName(code: Code | undefined): string {
  if (code === undefined) return "OK";
  if (code === Code.Canceled) return "CANCELLED";
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
