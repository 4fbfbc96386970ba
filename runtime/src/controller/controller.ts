import { Failure } from "../failure.ts";
import type { Clock } from "../process/clock.ts";
import type { Logger } from "../process/log.ts";
import type { Metrics } from "../process/metrics.ts";
import type { BackoffSpec } from "./backoff.ts";

/** What one pass asks for; empty: wait for the next event. */
export interface ReconcileResult {
  /** Run this key again after so many milliseconds; at least 0. */
  readonly requeueAfterMs?: number | undefined;
}

/** A controller: what runs for a key, and how often at once. */
export interface ControllerSpec {
  /** For logs and metrics. */
  readonly name: string;
  /** Keys that run at the same time; a key never runs twice at once. */
  readonly workers: number;
  /** Milliseconds for one pass; then its signal aborts. Default 120 000. */
  readonly passTimeoutMs?: number;
  readonly backoff?: BackoffSpec;
  /**
   * One level-based pass. A thrown Failure means: `conflict` at once, `invalid` and `alreadyExists` no
   * retry before an event, all else back-off, not earlier than its `retryAfterMs`.
   */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileResult>;
}

/** What a controller uses. */
export interface ControllerDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics?: Metrics;
}

/** A running set of workers over a keyed queue. */
export interface Controller {
  /** Runs the key soon; many calls before it runs are one. */
  enqueue(key: string): void;
  /** Runs the key after a delay; the earliest of several counts. */
  enqueueAfter(key: string, delayMs: number): void;
  /** Works until the signal aborts and the running passes ended. */
  run(signal: AbortSignal): Promise<void>;
}

/** Creates a controller; keys may be enqueued before `run`. */
export function createController(_spec: ControllerSpec, _deps: ControllerDeps): Controller {
  throw new Failure("bug", "NotBuilt", "not built");
}
