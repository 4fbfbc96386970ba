import { ObjectStoreError, type ObjectStoreErrorCode } from "../object-store.ts";

type Meaning = readonly [code: ObjectStoreErrorCode, sentence: string];

const DENIED: Meaning = ["AccessDenied", "the store does not let these credentials do this"];
const AWAY: Meaning = ["Unavailable", "the store cannot be reached"];
const BUSY: Meaning = ["Unavailable", "the store asks to come back later"];
const FULL: Meaning = ["Full", "the store has no room, or a quota is used up"];
const DAMAGED: Meaning = ["Corrupt", "the bytes were changed on their way to the store"];
const UNTRUSTED: Meaning = ["Untrusted", "the certificate of the store is not trusted"];

/** By the code of S3, or of Node below it. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  NoSuchKey: ["NotFound", "there is no such object"],
  NotFound: ["NotFound", "there is no such object"],
  NoSuchBucket: ["NoBucket", "there is no such bucket"],
  PreconditionFailed: ["AlreadyExists", "there is an object already"],
  AccessDenied: DENIED,
  AccountProblem: DENIED,
  AllAccessDisabled: DENIED,
  ExpiredToken: DENIED,
  InvalidAccessKeyId: DENIED,
  InvalidToken: DENIED,
  InvalidTokenId: DENIED,
  SignatureDoesNotMatch: DENIED,
  RequestTimeTooSkewed: ["ClockSkew", "this clock and that of the store are too far apart"],
  InsufficientStorage: FULL,
  QuotaExceeded: FULL,
  XMinioAdminBucketQuotaExceeded: FULL,
  XMinioStorageFull: FULL,
  BadDigest: DAMAGED,
  InvalidDigest: DAMAGED,
  // What the client sends is well-formed.
  MalformedXML: DAMAGED,
  XAmzContentChecksumMismatch: DAMAGED,
  XAmzContentSHA256Mismatch: DAMAGED,
  ConditionalRequestConflict: BUSY,
  IncompleteBody: BUSY,
  OperationAborted: BUSY,
  RequestTimeout: BUSY,
  SlowDown: BUSY,
  ECONNABORTED: AWAY,
  ECONNREFUSED: AWAY,
  ECONNRESET: AWAY,
  EAI_AGAIN: AWAY,
  EHOSTUNREACH: AWAY,
  ENETUNREACH: AWAY,
  ENOTFOUND: AWAY,
  EPIPE: AWAY,
  EPROTO: AWAY,
  ETIMEDOUT: AWAY,
  CERT_HAS_EXPIRED: UNTRUSTED,
  CERT_NOT_YET_VALID: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
};

const LONGEST_DETAIL = 200;

/**
 * What a failed call means for the object, or the prefix, of that key.
 *
 * @param status - of the answer, if one came
 */
export function s3Error(key: string, error: unknown, status: number | undefined): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const { code, message } = detailsOf(error);
  const [meaning, sentence] = MEANINGS[code] ?? byStatus(status) ?? byName(code);
  const answer = status === undefined || status < 300 ? "" : `${status} `;
  const detail = `${answer}${code === "" ? "" : `${code}: `}${message}`.slice(0, LONGEST_DETAIL);
  return new ObjectStoreError(meaning, key, `${key}: ${sentence} (${detail})`, { cause: error });
}

/** By the status 501 as well, for not everybody names the code. */
const UNABLE: Meaning = ["Refused", "the store cannot do this"];

function byStatus(status: number | undefined): Meaning | undefined {
  if (status === 501) return UNABLE;
  if (status === 507) return FULL;
  return status !== undefined && (status >= 500 || status === 408 || status === 429)
    ? BUSY
    : undefined;
}

/** Names of broken HTTP begin alike. */
function byName(code: string): Meaning {
  return code.startsWith("HPE_") ? AWAY : ["Refused", "the store refuses this"];
}

function detailsOf(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  return {
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : String(error),
  };
}
