import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "@open-vcluster/api";
import type { Failure, FailureKind } from "@open-vcluster/runtime";
import { ERROR_DOMAIN, SUBJECT_FACT, wireReason } from "./reason.ts";
import { wirePath } from "./violation-path.ts";

type Detail = Exclude<ConnectError["details"][number], { readonly type: string }>;

const MAX_MESSAGE = 1024;
const MAX_FACTS = 16;
const MAX_FACT = 256;
const DEFAULT_RETRY_MS = 1000;

const CODES: Readonly<Record<FailureKind, Code>> = {
  invalid: Code.InvalidArgument,
  notFound: Code.NotFound,
  alreadyExists: Code.AlreadyExists,
  conflict: Code.Aborted,
  precondition: Code.FailedPrecondition,
  denied: Code.PermissionDenied,
  unavailable: Code.Unavailable,
  timeout: Code.DeadlineExceeded,
  corrupt: Code.DataLoss,
  exhausted: Code.ResourceExhausted,
  outOfRange: Code.OutOfRange,
  bug: Code.Internal,
};

/** Reasons whose code is finer than that of their kind. */
const CODES_BY_REASON: ReadonlyMap<string, Code> = new Map([
  ["Unauthenticated", Code.Unauthenticated],
  ["Unimplemented", Code.Unimplemented],
  ["Cancelled", Code.Canceled],
]);

/** How the API server's own refusal of a resource is classified; it names fields of the resource. */
const RESOURCE_REFUSED = "Invalid";

/** The server's own trouble with the host cluster, which is none of the caller's. */
const OWN_TROUBLE: ReadonlySet<string> = new Set([
  "Unauthorized",
  "Forbidden",
  "TLSFailed",
  "CredentialsUnavailable",
  "CredentialsUnreadable",
]);

/**
 * A failure as the contract tells it: code, one sentence, and `google.rpc` details. Fields are named
 * as in the contract. What is unclassified tells nothing.
 */
export function toConnectError(failure: Failure): ConnectError {
  if (failure.kind === "bug") {
    return errorOf(Code.Internal, "An internal error occurred; the log of the server has it", [
      infoOf("InternalError", {}),
    ]);
  }
  if (failure.kind === "denied" && OWN_TROUBLE.has(failure.reason)) {
    return errorOf(
      Code.Unavailable,
      "The host cluster does not accept the server's own credentials; tell its administrator",
      [infoOf("HostClusterRefused", {}), retryOf(DEFAULT_RETRY_MS)],
    );
  }
  const code = CODES_BY_REASON.get(failure.reason) ?? CODES[failure.kind];
  return errorOf(code, failure.message, detailsOf(failure, code));
}

function detailsOf(failure: Failure, code: Code): Detail[] {
  const { facts, violations, message, retryAfterMs } = failure;
  const reason = failure.reason === RESOURCE_REFUSED ? "InvalidArgument" : failure.reason;
  const details = [infoOf(reason, facts)];
  if (violations.length > 0) details.push(badRequestOf(failure));
  const subject = facts[SUBJECT_FACT] ?? "";
  if (code === Code.FailedPrecondition) {
    const violation = { type: "STATE", subject, description: shortened(message) };
    details.push({ desc: PreconditionFailureSchema, value: { violations: [violation] } });
  }
  if (code === Code.ResourceExhausted) {
    const violation = { subject, description: shortened(message) };
    details.push({ desc: QuotaFailureSchema, value: { violations: [violation] } });
  }
  const waitMs = retryAfterMs ?? (code === Code.Unavailable ? DEFAULT_RETRY_MS : undefined);
  if (waitMs !== undefined) details.push(retryOf(waitMs));
  return details;
}

function badRequestOf({ reason, violations }: Failure): Detail {
  const nameOf = reason === RESOURCE_REFUSED ? wirePath : (field: string): string => field;
  return {
    desc: BadRequestSchema,
    value: {
      fieldViolations: violations.map(({ field, description }) => ({
        field: nameOf(field).toWellFormed(),
        description: shortened(description),
      })),
    },
  };
}

function infoOf(reason: string, facts: Failure["facts"]): Detail {
  const metadata = Object.fromEntries(
    Object.entries(facts)
      .slice(0, MAX_FACTS)
      .map(([key, value]) => [key, value.slice(0, MAX_FACT).toWellFormed()]),
  );
  return {
    desc: ErrorInfoSchema,
    value: { reason: wireReason(reason), domain: ERROR_DOMAIN, metadata },
  };
}

function retryOf(waitMs: number): Detail {
  return { desc: RetryInfoSchema, value: { retryDelay: durationFromMs(Math.max(0, waitMs)) } };
}

function errorOf(code: Code, message: string, details: Detail[]): ConnectError {
  return new ConnectError(shortened(message), code, undefined, details);
}

/** Half a surrogate pair, as JSON.parse quotes it of what a client sent, cannot be written into a header. */
function shortened(text: string): string {
  const isWhole = text.length <= MAX_MESSAGE;
  return isWhole ? text.toWellFormed() : `${text.slice(0, MAX_MESSAGE - 1).toWellFormed()}…`;
}
