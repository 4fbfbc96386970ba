import { Failure, type FailureKind, type FieldViolation } from "../failure.ts";

/** Names a call in messages and metrics: verb, resource and object, no query, no body. */
export interface CallName {
  /** Lower case Kubernetes verb, such as `get`, `list`, `patch`. */
  readonly verb: string;
  /** Plural of the resource, or `raw`. */
  readonly resource: string;
  /** `namespace/name`, or the path of a raw request; absent for collections. */
  readonly object?: string | undefined;
}

/** The parts of an answer that a failure is made of. */
export interface ErrorAnswer {
  readonly status: number;
  readonly retryAfter?: string | undefined;
  readonly text: string;
}

/** The parts of a `metav1.Status` that matter here. */
interface StatusBody {
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly {
    readonly reason: string;
    readonly field: string;
    readonly message: string;
  }[];
  readonly retryAfterSeconds?: number;
}

const maxMessageLength = 1024;

/**
 * Classifies an answer of 400 and above. Quota refusals become `exhausted`, a refused eviction
 * `precondition` DisruptionBudget, a terminating namespace `precondition` NamespaceTerminating and a
 * resource version that is too old `conflict` Expired. Pure.
 *
 * @param nowMs - For a Retry-After that is a date.
 */
export function failureOfAnswer(call: CallName, answer: ErrorAnswer, nowMs: number): Failure {
  const body = statusBody(answer.text);
  const [kind, reason] = classify(answer.status, body);
  return new Failure(kind, reason, messageOf(call, answer.status, body, [kind, reason]), {
    retryAfterMs: retryAfterMs(answer.retryAfter, body.retryAfterSeconds, nowMs),
    violations: kind === "invalid" ? violationsOf(call, body) : [],
  });
}

/** The API server's own causes; a Secret's may quote its values, so their text stays out. */
function violationsOf(call: CallName, body: StatusBody): readonly FieldViolation[] {
  return body.causes
    .filter(({ field }) => field !== "" && field !== "<nil>")
    .map(({ field, message }) => ({
      field,
      description: call.resource === "secrets" ? "is refused" : shortened(message),
    }));
}

/** Classifies the Status object of a watch's ERROR event. Pure. */
export function failureOfStatus(call: CallName, status: unknown, nowMs: number): Failure {
  const code = (status as { readonly code?: unknown } | null)?.code;
  const answer = { status: typeof code === "number" ? code : 500, text: JSON.stringify(status) };
  return failureOfAnswer(call, answer, nowMs);
}

/** Classifies an error below HTTP: no connection, a reset, a certificate that is not accepted. Pure. */
export function failureOfTransport(call: CallName, thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const code = transportCode(thrown);
  if (isCertificateCode(code)) {
    const message = `Could not ${sentence(call)}: ${certificateTrouble(code)}`;
    return new Failure("denied", "TLSFailed", message, { cause: thrown });
  }
  return new Failure(
    "unavailable",
    "ConnectionFailed",
    `Could not ${sentence(call)}: the API server cannot be reached (${code})`,
    { cause: thrown },
  );
}

/** Whether a list or watch must start anew because its resource version or token is too old. */
export function isExpired(failure: Failure): boolean {
  return failure.kind === "conflict" && failure.reason === "Expired";
}

type Class = readonly [FailureKind, string];

const byStatus: Readonly<Record<number, Class>> = {
  400: ["invalid", "BadRequest"],
  401: ["denied", "Unauthorized"],
  403: ["denied", "Forbidden"],
  404: ["notFound", "NotFound"],
  405: ["invalid", "MethodNotAllowed"],
  406: ["invalid", "NotAcceptable"],
  408: ["timeout", "RequestTimeout"],
  409: ["conflict", "Conflict"],
  410: ["conflict", "Expired"],
  412: ["conflict", "PreconditionFailed"],
  413: ["exhausted", "RequestTooLarge"],
  415: ["invalid", "UnsupportedMediaType"],
  422: ["invalid", "Invalid"],
  429: ["unavailable", "TooManyRequests"],
  504: ["timeout", "ServerTimeout"],
};

function classify(status: number, body: StatusBody): Class {
  const special = specialClass(status, body) ?? byStatus[status];
  if (special !== undefined) return special;
  return status >= 500
    ? ["unavailable", body.reason === "" ? "ServerError" : body.reason]
    : ["invalid", body.reason === "" ? "RequestRefused" : body.reason];
}

const ADMISSION_DENIED = "AdmissionDenied";
/** As admission webhooks and ValidatingAdmissionPolicies are quoted; they have no reason of their own either. */
const DENIED =
  /admission webhook .* denied the request|ValidatingAdmissionPolicy .* denied request/s;

/** What one status means apart from its usual class. */
function specialClass(status: number, body: StatusBody): Class | undefined {
  const hasCause = (reason: string): boolean => body.causes.some((item) => item.reason === reason);
  if (status === 409 && body.reason === "AlreadyExists") return ["alreadyExists", "AlreadyExists"];
  if (status === 429 && hasCause("DisruptionBudget")) return ["precondition", "DisruptionBudget"];
  // A webhook that names no status is quoted with 400.
  const isQuoted = status === 400 || status === 403;
  if (isQuoted && DENIED.test(body.message)) return ["denied", ADMISSION_DENIED];
  if (status !== 403) return undefined;
  if (hasCause("NamespaceTerminating")) return ["precondition", "NamespaceTerminating"];
  // Quota has no reason of its own: plugin/pkg/admission/resourcequota answers a plain Forbidden.
  return body.message.includes("exceeded quota") ? ["exhausted", "QuotaExceeded"] : undefined;
}

function messageOf(
  call: CallName,
  status: number,
  body: StatusBody,
  [kind, reason]: Class,
): string {
  const detail = detailOf(call, body);
  const text = `Could not ${sentence(call)}: ${detail === "" ? `HTTP ${status}` : detail}`;
  // A policy says itself what helps.
  const advised = reason === ADMISSION_DENIED ? text : `${text}${advice[kind] ?? ""}`;
  return shortened(advised);
}

function shortened(text: string): string {
  return text.length <= maxMessageLength
    ? text
    : `${text.slice(0, maxMessageLength - 1).toWellFormed()}…`;
}

/** A refused Secret is described by field alone: the server's text may quote its values. */
function detailOf(call: CallName, body: StatusBody): string {
  if (call.resource !== "secrets") return body.message;
  const fields = body.causes.map((item) => item.field).filter((field) => field !== "");
  return [body.reason, ...fields].filter((part) => part !== "").join(" ");
}

const advice: Partial<Record<FailureKind, string>> = {
  denied: "; check the credentials and their RBAC rules",
  unavailable: "; it is tried again",
  timeout: "; it is tried again",
  exhausted: "; free some of it or raise the limit",
};

function sentence(call: CallName): string {
  return call.object === undefined
    ? `${call.verb} ${call.resource}`
    : `${call.verb} ${call.resource} ${call.object}`;
}

function statusBody(text: string): StatusBody {
  const parsed = record(parsedJson(text));
  const details = record(parsed["details"]);
  const causes = Array.isArray(details["causes"]) ? (details["causes"] as unknown[]) : [];
  const seconds = details["retryAfterSeconds"];
  return {
    reason: textOf(parsed["reason"]),
    message: textOf(parsed["message"]),
    causes: causes.map(record).map((item) => ({
      reason: textOf(item["reason"]),
      field: textOf(item["field"]),
      message: textOf(item["message"]),
    })),
    ...(typeof seconds === "number" ? { retryAfterSeconds: seconds } : {}),
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Retry-After is seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfterMs(
  header: string | undefined,
  seconds: number | undefined,
  nowMs: number,
): number | undefined {
  if (header === undefined || header.trim() === "") {
    return seconds === undefined ? undefined : Math.max(0, seconds * 1000);
  }
  const asSeconds = Number(header);
  const ms = Number.isFinite(asSeconds) ? asSeconds * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function transportCode(thrown: unknown): string {
  const code = record(thrown)["code"];
  if (typeof code === "string") return code;
  const cause = record(record(thrown)["cause"])["code"];
  return typeof cause === "string" ? cause : "unknown error";
}

function certificateTrouble(code: string): string {
  switch (code) {
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `the server's certificate is for other names (${code}); check the address that is dialled and the name that is expected there`;
    case "CERT_HAS_EXPIRED":
      return `the server's certificate has expired (${code}); renew it`;
    default:
      return `${code}; check the CA, the server's name and the client certificate`;
  }
}

function isCertificateCode(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO)/.test(code);
}
