import { Failure } from "../failure.ts";

/** Fields of a log line; never secrets, values, whole objects. */
export type LogFields = Readonly<Record<string, unknown>>;

/** A structured logger; messages start with a capital and end without a full stop. */
export interface Logger {
  /** Why nothing changed. */
  debug(fields: LogFields, message: string): void;
  /** State changed. */
  info(fields: LogFields, message: string): void;
  /** Will be retried. */
  warn(fields: LogFields, message: string): void;
  /** A human should look. */
  error(fields: LogFields, message: string): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

/** The levels that can be asked for. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** JSON lines on `destination` (default standard output). */
export function createLogger(_options: {
  readonly level: LogLevel;
  readonly destination?: { write(line: string): void };
  readonly fields?: LogFields;
}): Logger {
  throw new Failure("bug", "NotBuilt", "not built");
}

/** Fields that describe an error: kind, reason, message and its causes, no stack but for bugs. */
export function errorFields(_error: unknown): LogFields {
  throw new Failure("bug", "NotBuilt", "not built");
}
