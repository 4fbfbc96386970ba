/**
 * What went wrong, as a closed set; it decides what the caller does next.
 *
 * - `invalid`: the request or spec can never work; no retry until it changes.
 * - `notFound`: a named thing is absent.
 * - `alreadyExists`: the name is taken by something that is not ours.
 * - `conflict`: a race was lost (409); read again and retry at once.
 * - `precondition`: the right request at the wrong time.
 * - `denied`: credentials or RBAC.
 * - `unavailable`: the other side is down or overloaded; back off, honour `retryAfterMs`.
 * - `timeout`: our deadline passed; the outcome is unknown, so observe first.
 * - `corrupt`: a hash, a size or a format disagrees.
 * - `outOfRange`: a position lies before what is still remembered; begin anew.
 * - `exhausted`: a quota or a bound of ours is used up.
 * - `bug`: unclassified.
 */
export type FailureKind =
  | "invalid"
  | "notFound"
  | "alreadyExists"
  | "conflict"
  | "precondition"
  | "denied"
  | "unavailable"
  | "timeout"
  | "corrupt"
  | "outOfRange"
  | "exhausted"
  | "bug";

/** One field of a request or an object that is wrong. */
export interface FieldViolation {
  /** Path from the root of the request or object, such as `spec.replicas` or `plugins[0].image`. */
  readonly field: string;
  /** What is wrong and what to do, for people; holds no secret. */
  readonly description: string;
}

/** What a {@link Failure} may carry besides kind, reason and message. */
export interface FailureOptions {
  /** The fields that are wrong; for users. */
  readonly violations?: readonly FieldViolation[] | undefined;
  /** Facts behind the message for programs, such as the state that was found; for users, without secrets. */
  readonly facts?: Readonly<Record<string, string>> | undefined;
  /** The error below; for logs only, never for users. */
  readonly cause?: unknown;
  /** How long the other side asked us to wait, milliseconds from now; at least 0. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The one error class. `message` is a sentence for users that says what to do and holds no secret;
 * `cause` is for logs.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly kind: FailureKind;
  /** UpperCamelCase; fit for a condition's reason. */
  readonly reason: string;
  readonly retryAfterMs?: number;
  readonly violations: readonly FieldViolation[];
  readonly facts: Readonly<Record<string, string>>;

  constructor(kind: FailureKind, reason: string, message: string, options: FailureOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.kind = kind;
    this.reason = reason;
    this.violations = options.violations ?? [];
    this.facts = options.facts ?? {};
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * Turns whatever was thrown into a {@link Failure}: a Failure stays itself, all else becomes a `bug`
 * whose text stays in `cause`, because an unknown error may quote a secret.
 */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure("bug", "InternalError", "An internal error occurred; see the log", {
    cause: thrown,
  });
}
