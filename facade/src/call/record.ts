import { type ConnectError, type ContextKey, createContextKey } from "@connectrpc/connect";
import {
  type Clock,
  errorFields,
  type Logger,
  type Metrics,
  type Tracing,
} from "@open-vcluster/runtime";
import type { Audit, AuditLine } from "../audit/audit.ts";
import type { Principal } from "../identity/principal.ts";
import { CALL_DURATION, CALLS } from "../metrics/catalog.ts";
import type { Call, CallFacts } from "./call.ts";
import { codeName } from "./fault.ts";

/** What is known of a call before anything is asked. */
export interface CallStart {
  readonly id: string;
  /** `package.Service/Method`. */
  readonly method: string;
  readonly source: string;
  readonly baseUrl: string;
  /** As the caller sent it. */
  readonly traceparent: string | undefined;
  readonly isStream: boolean;
  /** Whether calls of this method are in the audit. */
  readonly isAudited: boolean;
}

/** The life of one call: it is opened, perhaps served, and ends once. */
export interface CallRecord {
  /** The call that the handler sees, from now on. */
  identify(principal: Principal): Call;
  /** Adds facts, as the handler can. */
  note(facts: CallFacts): void;
  /** The handler begins; answers `false` if the call has ended already, so that it must not. */
  serve(): boolean;
  /** Whether the handler has begun. */
  isServed(): boolean;
  /** Runs at the end; at once if that was before. */
  onEnd(release: () => void): void;
  /** Ends the call; only the first end counts. `thrown` is for the log. */
  end(error?: ConnectError, thrown?: unknown): void;
  /** Ends a call that was one of too many: it is counted, and leaves no line. */
  dismiss(error: ConnectError): void;
}

/** Where the record of a call is while its interceptors run. */
export const RECORD: ContextKey<CallRecord | undefined> = createContextKey<CallRecord | undefined>(
  undefined,
  { description: "call record" },
);

/** What {@link createRecords} uses. */
export interface RecordDeps {
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/** Longest text of a fact in a line. */
const MAX_FACT_LENGTH = 256;
const MAX_GROUPS = 100;

/** Opens records, which end in a line of the audit, a line of the log and the metrics. */
export function createRecords({
  audit,
  clock,
  logger,
  metrics,
  tracing,
}: RecordDeps): (start: CallStart) => CallRecord {
  const total = metrics.counter(CALLS);
  const duration = metrics.histogram(CALL_DURATION);
  return (start) => {
    const time = new Date(clock.nowMs()).toISOString();
    const startMs = clock.monotonicMs();
    const releases: (() => void)[] = [];
    const span = tracing.start({
      name: start.method,
      kind: "server",
      parent: start.traceparent,
      facts: { "rpc.system": "connect_rpc", "rpc.method": start.method },
    });
    let facts: CallFacts = {};
    let principal: Principal | undefined;
    let isServed = false;
    let hasEnded = false;

    const line = (stage: AuditLine["stage"], code?: string): AuditLine => ({
      time,
      stage,
      id: start.id,
      ...callerOf(principal),
      method: start.method,
      ...shortened(facts),
      decision: facts.decision ?? (DENIALS.has(code ?? "") ? "denied" : "allowed"),
      ...(code === undefined
        ? {}
        : { code, durationMs: Math.round(clock.monotonicMs() - startMs) }),
      source: start.source,
    });
    const tell = (code: string, thrown: unknown): void => {
      const fields = {
        rpc: start.method,
        requestId: start.id,
        subject: principal?.name,
        code,
        durationMs: Math.round(clock.monotonicMs() - startMs),
        ...shortened(facts),
      };
      if (SERVER_FAULTS.has(code))
        logger.error({ ...fields, ...errorFields(thrown) }, "Call failed");
      else if (code === "UNAUTHENTICATED") {
        // Only the log says why: who asks is told nothing that helps to forge.
        logger.info({ ...fields, source: start.source, ...errorFields(thrown) }, "Caller refused");
      } else logger.debug(fields, "Call ended");
    };
    const note = (more: CallFacts): void => {
      facts = { ...facts, ...more };
    };
    const finish = (code: string): void => {
      hasEnded = true;
      for (const release of releases) release();
      total.inc({ method: start.method, code });
      if (!start.isStream) {
        const seconds = (clock.monotonicMs() - startMs) / 1_000;
        duration.observe({ method: start.method, code }, seconds);
      }
      span.end({ "rpc.code": code, ...shortened(facts) }, code === "OK" ? undefined : code);
    };
    return {
      identify: (caller) => {
        principal = caller;
        return {
          principal: caller,
          source: start.source,
          baseUrl: start.baseUrl,
          traceparent: span.traceparent,
          id: start.id,
          note,
        };
      },
      note,
      serve: () => {
        if (hasEnded) return false;
        isServed = true;
        if (start.isStream && start.isAudited) audit.add(line("start"));
        return true;
      },
      isServed: () => isServed,
      onEnd: (release) => {
        if (hasEnded) release();
        else releases.push(release);
      },
      end: (error, thrown = error) => {
        if (hasEnded) return;
        const code = codeName(error?.code);
        finish(code);
        if (start.isAudited) audit.add(line("end", code));
        tell(code, thrown);
      },
      dismiss: ({ code }) => {
        if (!hasEnded) finish(codeName(code));
      },
    };
  };
}

const DENIALS: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "PERMISSION_DENIED"]);
/** A human should look. */
const SERVER_FAULTS: ReadonlySet<string> = new Set(["INTERNAL", "UNKNOWN", "DATA_LOSS"]);

function callerOf(
  principal: Principal | undefined,
): Pick<AuditLine, "principal" | "groups" | "via"> {
  if (principal === undefined) return {};
  return {
    principal: principal.name,
    groups: principal.groups.slice(0, MAX_GROUPS),
    via: principal.via,
  };
}

function shortened(facts: CallFacts): Omit<CallFacts, "decision"> {
  const { decision: _, ...others } = facts;
  return Object.fromEntries(
    Object.entries(others).map(([name, text]: [string, string]) => [
      name,
      text.slice(0, MAX_FACT_LENGTH).toWellFormed(),
    ]),
  );
}
