import { type Clock, Failure, type Metrics } from "@open-vcluster/runtime";
import { CALLS_IN_FLIGHT, CALLS_LIMITED } from "../metrics/catalog.ts";
import { createTokenBuckets } from "./token-buckets.ts";

/** What callers may use of one replica; counts. */
export interface AdmissionLimits {
  readonly rateLimitPerSecond: number;
  readonly rateLimitBurst: number;
  readonly maxConcurrentCalls: number;
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
  const streamsOf = new Map<string, number>();
  const running = { unary: 0, stream: 0 };

  const refuse = (reason: string, message: string, retryAfterMs: number): never => {
    refusals.inc({ reason });
    throw new Failure("exhausted", reason, message, { retryAfterMs });
  };
  const count = (type: "unary" | "stream", caller: string): (() => void) => {
    const change = (by: 1 | -1): void => {
      running[type] += by;
      inFlight.set({ type }, running[type]);
      if (type === "unary") return;
      const streams = (streamsOf.get(caller) ?? 0) + by;
      if (streams === 0) streamsOf.delete(caller);
      else streamsOf.set(caller, streams);
    };
    let isRunning = true;
    change(1);
    return () => {
      if (isRunning) change(-1);
      isRunning = false;
    };
  };
  const checkStreams = (caller: string): void => {
    if ((streamsOf.get(caller) ?? 0) >= limits.maxStreamsPerCaller) {
      const limit = limits.maxStreamsPerCaller;
      refuse("TooManyStreams", `You have ${limit} open streams; close one first`, BUSY_RETRY_MS);
    }
    if (running.stream >= limits.maxStreams) {
      refuse("TooManyStreams", "Too many streams are open; try again later", BUSY_RETRY_MS);
    }
  };
  return {
    admit: (caller, isStream) => {
      const waitMs = rate.take(caller);
      if (waitMs > 0) refuse("RateLimited", "You make too many calls; make them slower", waitMs);
      if (isStream) checkStreams(caller);
      else if (running.unary >= limits.maxConcurrentCalls) {
        refuse("TooManyCalls", "Too many calls are running; try again later", BUSY_RETRY_MS);
      }
      return count(isStream ? "stream" : "unary", caller);
    },
  };
}
