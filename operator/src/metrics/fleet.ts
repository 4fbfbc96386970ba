import { TRANSITIONS, type VClusterInstance } from "@open-vcluster/crds";
import type { Clock, Informer, LeaderElector, Metrics } from "@open-vcluster/runtime";
import { WORKS, workUnderWay } from "../instance/work.ts";
import { INSTANCES, OLDEST_WORK } from "./catalog.ts";

/** What {@link reportFleet} looks at. */
export interface FleetDeps {
  readonly instances: Informer<VClusterInstance>;
  readonly elector: LeaderElector;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Has the fleet counted whenever the metrics are read; a standby tells nothing, so that sums over replicas are right. */
export function reportFleet({ instances, elector, metrics, clock }: FleetDeps): void {
  metrics.gauge(INSTANCES, (gauge) => {
    gauge.reset();
    if (!elector.isLeader()) return;
    for (const phase of Object.keys(TRANSITIONS)) gauge.set({ phase }, 0);
    for (const { status } of instances.list()) gauge.inc({ phase: status?.phase ?? "Pending" });
  });
  metrics.gauge(OLDEST_WORK, (gauge) => {
    gauge.reset();
    if (!elector.isLeader()) return;
    const nowMs = clock.nowMs();
    const under = [...instances.list()].map(workUnderWay);
    for (const work of WORKS) {
      const since = under.flatMap((one) => (one?.work === work ? [one.sinceMs] : []));
      gauge.set({ work }, Math.max(0, nowMs - Math.min(nowMs, ...since)) / 1_000);
    }
  });
}
