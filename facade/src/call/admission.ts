import { type Clock, Failure, type Metrics } from "@open-vcluster/runtime";
import { CALLS_IN_FLIGHT, CALLS_LIMITED } from "../metrics/catalog.ts";
import { createTokenBuckets } from "./token-buckets.ts";

/** What callers may use of one replica; counts. */
export interface AdmissionLimits {
  readonly rateLimitPerSecond: number;
  readonly rateLimitBurst: number;
  readonly maxConcurrentCalls: number;
  readonly maxCallsPerCaller: number;
  readonly maxStreams: number;
  readonly maxStreamsPerCaller: number;
}

/** Lets calls in, or refuses them because there are too many. */
export interface Admission {
  /**
   * Counts one call of a caller, by any name that is no other caller's; returns its end, which may be called more than
   * once. Throws `exhausted` with `retryAfterMs` and reason `RateLimited`, `TooManyCalls` or `TooManyStreams`.
   */
  admit(caller: string, isStream: boolean): () => void;
}

/** Callers that are remembered. */
const MAX_CALLERS = 10_000;
/** Nobody knows when another's call ends. */
const BUSY_RETRY_MS = 1_000;

/** Creates the admission of one replica. */
export function createAdmission(
  limits: AdmissionLimits,
  { clock, metrics }: { readonly clock: Clock; readonly metrics: Metrics },
): Admission {
  const rate = createTokenBuckets({
    perSecond: limits.rateLimitPerSecond,
    burst: limits.rateLimitBurst,
    maxKeys: MAX_CALLERS,
    clock,
  });
  const refusals = metrics.counter(CALLS_LIMITED);
  const inFlight = metrics.gauge(CALLS_IN_FLIGHT);
  const running = {
    unary: new Map<string, number>(),
    stream: new Map<string, number>(),
  };
  const total = { unary: 0, stream: 0 };
  const bounds = boundsOf(limits);

  const refuse = (reason: string, message: string, retryAfterMs: number): never => {
    refusals.inc({ reason });
    throw new Failure("exhausted", reason, message, { retryAfterMs });
  };
  const count = (type: CallType, caller: string): (() => void) => {
    const change = (by: 1 | -1): void => {
      total[type] += by;
      inFlight.set({ type }, total[type]);
      const calls = (running[type].get(caller) ?? 0) + by;
      if (calls === 0) running[type].delete(caller);
      else running[type].set(caller, calls);
    };
    let isRunning = true;
    change(1);
    return () => {
      if (isRunning) change(-1);
      isRunning = false;
    };
  };
  const check = (type: CallType, caller: string): void => {
    const { reason, ofAll, ofCaller, own, all } = bounds[type];
    if ((running[type].get(caller) ?? 0) >= ofCaller) refuse(reason, own, BUSY_RETRY_MS);
    if (total[type] >= ofAll) refuse(reason, all, BUSY_RETRY_MS);
  };
  return {
    admit: (caller, isStream) => {
      const waitMs = rate.take(caller);
      if (waitMs > 0) refuse("RateLimited", "You make too many calls; make them slower", waitMs);
      const type = isStream ? "stream" : "unary";
      check(type, caller);
      return count(type, caller);
    },
  };
}

type CallType = "unary" | "stream";

/** How many of a type may run, and what is said beyond that. */
interface Bounds {
  readonly reason: string;
  readonly ofAll: number;
  readonly ofCaller: number;
  readonly own: string;
  readonly all: string;
}

function boundsOf(limits: AdmissionLimits): Readonly<Record<CallType, Bounds>> {
  return {
    unary: {
      reason: "TooManyCalls",
      ofAll: limits.maxConcurrentCalls,
      ofCaller: limits.maxCallsPerCaller,
      own: `You have ${String(limits.maxCallsPerCaller)} calls running; wait for one to end first`,
      all: "Too many calls are running; try again later",
    },
    stream: {
      reason: "TooManyStreams",
      ofAll: limits.maxStreams,
      ofCaller: limits.maxStreamsPerCaller,
      own: `You have ${String(limits.maxStreamsPerCaller)} open streams; close one first`,
      all: "Too many streams are open; try again later",
    },
  };
}
