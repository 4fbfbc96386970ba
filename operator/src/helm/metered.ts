import { type Clock, failureOf, type Metrics } from "@open-vcluster/runtime";
import { HELM_DURATION } from "../metrics/catalog.ts";
import { aroundHelm } from "./around.ts";
import type { Helm } from "./helm.ts";

/** Runs of Helm, measured. */
export function meteredHelm(helm: Helm, metrics: Metrics, clock: Clock): Helm {
  const duration = metrics.histogram(HELM_DURATION);
  return aroundHelm(helm, async (verb, _release, run) => {
    const startedMs = clock.monotonicMs();
    const observe = (result: string): void => {
      duration.observe({ verb, result }, (clock.monotonicMs() - startedMs) / 1_000);
    };
    try {
      const outcome = await run();
      observe("ok");
      return outcome;
    } catch (error) {
      observe(failureOf(error).reason);
      throw error;
    }
  });
}
