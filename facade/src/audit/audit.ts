import {
  type Clock,
  errorFields,
  Failure,
  type Logger,
  type Metrics,
} from "@open-vcluster/runtime";
import { AUDIT_FAILURES, AUDIT_WAITING } from "../metrics/catalog.ts";

/** One line of the audit: what one call was and how it ended. Holds no secret. */
export interface AuditLine {
  /** When the call began, RFC 3339. */
  readonly time: string;
  /** Unary calls have an `end` alone, streams both. */
  readonly stage: "start" | "end";
  /** The call's id. */
  readonly id: string;
  /** Absent: the caller is not known. */
  readonly principal?: string;
  readonly groups?: readonly string[];
  readonly via?: string;
  /** `package.Service/Method`; the HTTP method and path of a request that makes no call. */
  readonly method: string;
  readonly resource?: string;
  readonly requestId?: string;
  readonly operationId?: string;
  /** UID of the snapshot that is restored. */
  readonly snapshotId?: string;
  /** Such as `allowed`, `denied`, `accepted`; `refused` for what makes no call, `limited` for what was too much. */
  readonly decision: string;
  /** The gRPC name, such as `OK`; absent while a stream is open. */
  readonly code?: string;
  readonly durationMs?: number;
  /** Address of the peer. */
  readonly source: string;
}

/** Where lines go. */
export interface AuditSink {
  /** Writes whole lines, in order; rejects when none of them may be there. */
  write(lines: string): Promise<void>;
  close(): Promise<void>;
}

/** The audit of one replica. */
export interface Audit {
  /**
   * Throws `unavailable` with reason `AuditUnavailable` when there is no room for another call's line: a call that
   * would leave no trace is not made.
   */
  requireRoom(): void;
  /** Adds a line; never waits and never throws. */
  add(line: AuditLine): void;
  /** A health check: `true`, or what is wrong with the sink. */
  check(): true | string;
  /** Writes what is left, until the signal aborts. */
  close(signal: AbortSignal): Promise<void>;
}

/** What {@link createAudit} uses. */
export interface AuditDeps {
  readonly sink: AuditSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Lines that wait for the sink; default 10 000. */
  readonly maxWaiting?: number;
}

/** Lines in one write. */
const BATCH = 500;
const RETRY_MS = 1_000;

/**
 * Creates the audit. Lines are written in the order in which calls end, a few at a time; while the sink fails they
 * wait, and are tried again every second. Lines of calls that were let in are kept beyond the bound.
 */
export function createAudit(deps: AuditDeps): Audit {
  const { sink, clock, logger, maxWaiting = 10_000 } = deps;
  const failures = deps.metrics.counter(AUDIT_FAILURES);
  const waitingLines = deps.metrics.gauge(AUDIT_WAITING);
  const waiting: string[] = [];
  const closing = new AbortController();
  let trouble: string | undefined;
  let writing: Promise<void> | undefined;

  const writeBatch = async (): Promise<void> => {
    const batch = waiting.slice(0, BATCH);
    try {
      await sink.write(batch.join(""));
      waiting.splice(0, batch.length);
      trouble = undefined;
    } catch (error) {
      failures.inc();
      trouble = "audit lines cannot be written";
      logger.error(
        { waiting: waiting.length, ...errorFields(error) },
        "Audit lines cannot be written",
      );
      await clock.sleep(RETRY_MS, closing.signal);
    }
  };
  const drain = async (): Promise<void> => {
    // Lines of the same turn go together.
    await Promise.resolve();
    while (waiting.length > 0 && !closing.signal.aborted) {
      await writeBatch().catch(() => undefined);
      waitingLines.set(waiting.length);
    }
    writing = undefined;
  };
  return {
    requireRoom: () => {
      if (waiting.length < maxWaiting) return;
      throw new Failure(
        "unavailable",
        "AuditUnavailable",
        "Calls cannot be recorded at the moment, so none is made; try again later",
        { retryAfterMs: RETRY_MS },
      );
    },
    add: (line) => {
      waiting.push(`${JSON.stringify(line)}\n`);
      waitingLines.set(waiting.length);
      writing ??= drain();
    },
    check: () => trouble ?? true,
    close: async (signal) => {
      const stop = (): void => {
        closing.abort(new Error("The audit closes"));
      };
      signal.addEventListener("abort", stop, { once: true });
      if (trouble !== undefined && waiting.length > 0) stop();
      await writing;
      signal.removeEventListener("abort", stop);
      if (waiting.length > 0) logger.error({ lines: waiting.length }, "Audit lines are lost");
      await sink.close();
    },
  };
}
