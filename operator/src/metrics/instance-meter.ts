import type { VClusterInstance } from "@open-vcluster/crds";
import type { Failure, Metrics } from "@open-vcluster/runtime";
import type { EffectName } from "../instance/effects/effect.ts";
import { newTrouble, workDone, workUnderWay } from "../instance/work.ts";
import { EFFECT_DURATION, FAILURES, WORK_DURATION } from "./catalog.ts";

/**
 * Counts what happens to instances. A sample may be lost with the process, and be counted again while the cache lags
 * behind a status that was just written.
 */
export interface InstanceMeter {
  /** A status was written. */
  told(
    before: VClusterInstance,
    after: NonNullable<VClusterInstance["status"]>,
    nowMs: number,
  ): void;
  /** The last of an instance was removed. */
  removed(instance: VClusterInstance, nowMs: number): void;
  /** An effect ended. */
  acted(effect: EffectName, failure: Failure | undefined, durationMs: number): void;
}

/** Creates a meter. */
export function createInstanceMeter(metrics: Metrics): InstanceMeter {
  const durations = metrics.histogram(WORK_DURATION);
  const failures = metrics.counter(FAILURES);
  const effects = metrics.histogram(EFFECT_DURATION);
  return {
    told: (before, after, nowMs) => {
      const done = workDone(before, after);
      if (done !== undefined) observe(done.work, nowMs - done.sinceMs);
      const reason = newTrouble(before, after);
      if (reason === undefined) return;
      // A stall ends the work that it is about.
      const work = workUnderWay({ ...before, status: after }) ?? workUnderWay(before);
      failures.inc({ work: work?.work ?? "run", reason });
    },
    removed: (instance, nowMs) => {
      const work = workUnderWay(instance);
      if (work !== undefined) observe(work.work, nowMs - work.sinceMs);
    },
    acted: (effect, failure, durationMs) => {
      effects.observe({ effect, outcome: failure?.kind ?? "ok" }, durationMs / 1_000);
    },
  };

  /** The times of conditions have whole seconds, and clocks differ. */
  function observe(work: string, durationMs: number): void {
    durations.observe({ work }, Math.max(0, durationMs) / 1_000);
  }
}
