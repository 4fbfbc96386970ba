import {
  TRANSITIONS,
  type VClusterInstance,
  type VClusterRestore,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import type { Clock, Informer, LeaderElector, Metrics } from "@open-vcluster/runtime";
import { WORKS, workUnderWay } from "../instance/work.ts";
import { INSTANCES, OLDEST_WORK } from "./catalog.ts";
import { type Progress, restoreProgress, snapshotProgress } from "./snapshot-work.ts";

/** What {@link reportFleet} looks at. */
export interface FleetDeps {
  readonly instances: Informer<VClusterInstance>;
  readonly snapshots: Informer<VClusterSnapshot>;
  readonly restores: Informer<VClusterRestore>;
  readonly elector: LeaderElector;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Has the fleet counted whenever the metrics are read; a standby tells nothing, so that sums over replicas are right. */
export function reportFleet(deps: FleetDeps): void {
  const { instances, snapshots, restores, elector, metrics, clock } = deps;
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
    const tell = (work: string, since: readonly number[]): void => {
      gauge.set({ work }, Math.max(0, nowMs - Math.min(nowMs, ...since)) / 1_000);
    };
    for (const work of WORKS) {
      tell(
        work,
        under.flatMap((one) => (one?.work === work ? [one.sinceMs] : [])),
      );
    }
    tell("snapshot", [...snapshots.list()].map(snapshotProgress).flatMap(sinceOf));
    tell("restore", [...restores.list()].map(restoreProgress).flatMap(sinceOf));
  });
}

function sinceOf(progress: Progress): readonly number[] {
  return progress.kind === "underWay" ? [progress.sinceMs] : [];
}
