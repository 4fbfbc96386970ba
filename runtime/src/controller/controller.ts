import { Failure, failureOf } from "../failure.ts";
import { startDeadline } from "../kube/deadline.ts";
import { errorFields } from "../process/log.ts";
import { QUEUE_DEPTH, QUEUE_WAIT, RECONCILE_DURATION } from "../process/metric-catalog.ts";
import type { Metrics } from "../process/metrics.ts";
import type { RuntimeDeps } from "../process/runtime-deps.ts";
import type { BackoffSpec } from "./backoff.ts";
import { createQueue } from "./queue.ts";
import { nextRetry, type RetryMemory } from "./retry.ts";

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
  readonly passTimeoutMs?: number | undefined;
  /** Pauses after failures in a row; default 500 ms to 5 minutes. */
  readonly backoff?: BackoffSpec | undefined;
  /** The pause after a failure that only a change can heal; default 10 minutes. */
  readonly slowRetryMs?: number | undefined;
  /**
   * One level-based pass. A thrown Failure means: `conflict` again at once; `invalid`, `alreadyExists`,
   * `denied` and `corrupt` slowly, since an event is expected first; all else with growing pauses. Never
   * earlier than its `retryAfterMs`.
   */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileResult>;
}

/** A set of workers over a keyed queue. */
export interface Controller {
  /** Runs the key soon; many calls before it runs are one. */
  enqueue(key: string): void;
  /** Runs the key after a delay; the earliest of several counts. */
  enqueueAfter(key: string, delayMs: number): void;
  /** Works until the signal aborts and the running passes ended; once. */
  run(signal: AbortSignal): Promise<void>;
}

const defaultBackoff: BackoffSpec = { baseMs: 500, maxMs: 300_000, jitter: 0.2 };
/** How long a pass may go on after its signal aborted before its worker serves other keys. */
const graceMs = 10_000;

/** Creates a controller; keys may be enqueued before `run`. */
export function createController(spec: ControllerSpec, deps: RuntimeDeps): Controller {
  const { clock } = deps;
  const logger = deps.logger.child({ controller: spec.name });
  const metrics = controllerMetrics(spec.name, deps.metrics);
  const memory = new Map<string, RetryMemory>();
  const passes = new Set<Promise<void>>();
  let busy = 0;
  let stop: AbortSignal | undefined;

  const pump = (): void => {
    while (stop?.aborted === false && busy < spec.workers) {
      const taken = queue.take();
      if (taken === undefined) break;
      const { key } = taken;
      metrics.waited(taken.waitedMs);
      busy += 1;
      const pass = work(key, stop).finally(() => passes.delete(pass));
      passes.add(pass);
    }
    metrics.depth(queue.depth());
  };
  const queue = createQueue(clock, pump);

  /** Holds a worker until the pass ended, or was given up long enough ago. */
  const work = async (key: string, signal: AbortSignal): Promise<void> => {
    let isHolding = true;
    const release = (): void => {
      if (!isHolding) return;
      isHolding = false;
      busy -= 1;
    };
    const passTimeoutMs = spec.passTimeoutMs ?? 120_000;
    const cancel = clock.after(passTimeoutMs + graceMs, () => {
      logger.error({ key }, "Pass ignores its deadline; its worker goes on without it");
      release();
      pump();
    });
    await pass(key, signal, passTimeoutMs);
    cancel();
    release();
    queue.finish(key);
    pump();
  };

  const pass = async (key: string, signal: AbortSignal, timeoutMs: number): Promise<void> => {
    const startedMs = clock.monotonicMs();
    const deadline = startDeadline({ signal, timeoutMs, onTimeout: () => passTimedOut(key) });
    let outcome = "ok";
    try {
      const result = await spec.reconcile(key, deadline.signal);
      memory.delete(key);
      if (result.requeueAfterMs !== undefined) queue.addAfter(key, result.requeueAfterMs);
    } catch (error) {
      if (!signal.aborted) outcome = failed(key, error);
    } finally {
      deadline.release();
      metrics.passed(outcome, clock.monotonicMs() - startedMs);
    }
  };

  const failed = (key: string, error: unknown): string => {
    const failure = failureOf(error);
    const retrySpec = {
      backoff: spec.backoff ?? defaultBackoff,
      slowMs: spec.slowRetryMs ?? 600_000,
    };
    const retry = nextRetry(failure, memory.get(key), retrySpec, deps.random());
    memory.set(key, retry.memory);
    queue.addAfter(key, retry.delayMs);
    const fields = { key, retryAfterMs: retry.delayMs, ...errorFields(failure) };
    if (failure.kind === "bug") logger.error(fields, "Pass failed");
    else if (failure.kind === "conflict") logger.debug(fields, "Pass lost a race");
    else logger.warn(fields, "Pass failed");
    return failure.kind;
  };

  return {
    enqueue: (key) => {
      queue.add(key);
    },
    enqueueAfter: (key, delayMs) => {
      queue.addAfter(key, delayMs);
    },
    run: async (signal) => {
      if (stop !== undefined) throw new Failure("bug", "StartedTwice", "A controller runs once");
      stop = signal;
      pump();
      await aborted(signal);
      queue.close();
      await Promise.all(passes);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        "abort",
        () => {
          resolve();
        },
        { once: true },
      );
  });
}

function passTimedOut(key: string): Failure {
  return new Failure(
    "timeout",
    "PassTimeout",
    `Working on ${key} took too long; it is tried again`,
  );
}

interface ControllerMetrics {
  depth(value: number): void;
  waited(durationMs: number): void;
  passed(outcome: string, durationMs: number): void;
}

function controllerMetrics(controller: string, metrics: Metrics | undefined): ControllerMetrics {
  const depth = metrics?.gauge(QUEUE_DEPTH);
  const wait = metrics?.histogram(QUEUE_WAIT);
  const duration = metrics?.histogram(RECONCILE_DURATION);
  return {
    waited: (durationMs) => wait?.observe({ controller }, durationMs / 1000),
    depth: (value) => depth?.set({ controller }, value),
    passed: (outcome, durationMs) => duration?.observe({ controller, outcome }, durationMs / 1000),
  };
}
