import pino from "pino";
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

/** Options of {@link createLogger}. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Default: standard output. */
  readonly destination?: { write(line: string): void };
  /** Fields of every line. */
  readonly fields?: LogFields;
}

/** Names of fields that may hold a secret; they are replaced at the top and one level below. */
const secretFields = [
  "authorization",
  "Authorization",
  "token",
  "password",
  "kubeconfig",
  "key",
  "cert",
  "ca",
  "data",
  "stringData",
  "values",
  "env",
  "argv",
];

/** JSON lines with `ts level msg` and the given fields; secrets are redacted by field name. */
export function createLogger(options: LogOptions): Logger {
  const paths = secretFields
    .filter((name) => name !== "key")
    .flatMap((name) => [name, `*.${name}`]);
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: options.fields ?? {},
    redact: { paths: [...paths, "*.key"], censor: "***" },
    timestamp: () => `,"ts":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

const maxCauses = 5;

/**
 * Fields that describe an error for a log line: `errKind errReason errMessage`, the messages of its
 * causes, and the stack for bugs only.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Failure))
    return { errKind: "bug", errMessage: messageOf(error), ...stack(error) };
  return {
    errKind: error.kind,
    errReason: error.reason,
    errMessage: error.message,
    ...causes(error),
    ...(error.kind === "bug" ? stack(error.cause ?? error) : {}),
  };
}

function causes(error: Error): LogFields {
  const messages: string[] = [];
  let cause = error.cause;
  while (cause !== undefined && messages.length < maxCauses) {
    messages.push(messageOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return messages.length === 0 ? {} : { errCauses: messages };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
}

function stack(error: unknown): LogFields {
  return error instanceof Error ? { errStack: error.stack } : {};
}
