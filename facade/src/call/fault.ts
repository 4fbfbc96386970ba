import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "@open-vcluster/api";
import { Failure, type FieldViolation, failureOf } from "@open-vcluster/runtime";
import { toConnectError } from "../translate/error.ts";
import { wireReason } from "../translate/reason.ts";

/**
 * Whatever ended a call, as the client is told. An aborted signal outranks what was thrown: the call's end is why
 * something failed, not what failed.
 *
 * @param signal - The call's; it aborts at the deadline, when the client goes away and when the server closes.
 */
export function faultOf(thrown: unknown, signal: AbortSignal): ConnectError {
  if (signal.aborted) return completed(endOf(ConnectError.from(signal.reason, Code.Canceled)));
  return thrown instanceof ConnectError ? completed(thrown) : toConnectError(failureOf(thrown));
}

/** The deadline and our closing end calls by what they say; all else is a client that left, one way or another. */
function endOf(reason: ConnectError): ConnectError {
  return reason.code === Code.DeadlineExceeded || reason.code === Code.Unavailable
    ? reason
    : new ConnectError("The call was cancelled", Code.Canceled);
}

/**
 * The error for a message that does not become a request. Its violations name fields as the contract does, where those
 * of all other failures may name fields of the resource.
 */
export function messageError(failure: Failure): ConnectError {
  const { kind, reason, message, violations } = failure;
  if (violations.length === 0) return toConnectError(failure);
  const error = toConnectError(new Failure(kind, reason, message));
  error.details.push({ desc: BadRequestSchema, value: { fieldViolations: [...violations] } });
  return error;
}

/**
 * Gives an error of the protocol's own (a message that cannot be decoded or is too large, an unknown compression, a
 * passed deadline) the details that every error has. Changes the error itself: one that ended a call before any
 * interceptor is seen, but cannot be exchanged.
 */
export function completed(
  error: ConnectError,
  violations: readonly FieldViolation[] = [],
): ConnectError {
  if (error.details.length > 0) return error;
  const { code, rawMessage, message, details } = messageError(meaningOf(error, violations));
  return Object.assign(error, { code, rawMessage, message, details });
}

function meaningOf(
  { code, rawMessage, cause }: ConnectError,
  violations: readonly FieldViolation[],
): Failure {
  switch (code) {
    case Code.InvalidArgument:
      return malformed(rawMessage, violations);
    case Code.Internal:
      // What the client sent is the client's fault, also where the protocol calls it ours.
      if (rawMessage.startsWith("parse binary:")) return malformed("it is not valid protobuf", []);
      // A stream that the client reset.
      return cause === undefined ? cancelled() : failureOf(cause);
    case Code.ResourceExhausted:
      return new Failure(
        "exhausted",
        "RequestTooLarge",
        "The message is too large; send a smaller one",
      );
    case Code.Unimplemented:
      return new Failure("invalid", "Unimplemented", rawMessage);
    case Code.DeadlineExceeded:
      return new Failure(
        "timeout",
        "DeadlineExceeded",
        "The deadline passed; the outcome is unknown",
      );
    case Code.Canceled:
      return cancelled();
    case Code.Unavailable:
      return new Failure("unavailable", "ShuttingDown", "This server closes; connect again");
    default:
      return failureOf(cause);
  }
}

function cancelled(): Failure {
  return new Failure("precondition", "Cancelled", "The call was cancelled; the outcome is unknown");
}

function malformed(why: string, violations: readonly FieldViolation[]): Failure {
  const fields = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
  const text = `The message cannot be read: ${fields === "" ? why : fields}`;
  return new Failure("invalid", "InvalidArgument", text, { violations });
}

/** A code as gRPC spells it, such as `NOT_FOUND`; `OK` for none. Pure. */
export function codeName(code: Code | undefined): string {
  if (code === undefined) return "OK";
  return code === Code.Canceled ? "CANCELLED" : wireReason(Code[code]);
}
