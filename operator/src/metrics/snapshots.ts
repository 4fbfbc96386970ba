import type {
  RestoreStatusPhase,
  SnapshotLocationStatusPhase,
  SnapshotStatusPhase,
  VClusterInstance,
  VClusterSnapshotLocation,
} from "@open-vcluster/crds";
import { SNAPSHOT_REASONS } from "@open-vcluster/crds";
import type { GaugeSpec, Informer, LeaderElector } from "@open-vcluster/runtime";
import {
  FAILURES,
  INSTANCE_SNAPSHOT_AGE,
  RESTORES,
  SNAPSHOT_LOCATIONS,
  SNAPSHOTS,
  WORK_DURATION,
} from "./catalog.ts";
import type { FleetDeps } from "./fleet.ts";
import { type Progress, restoreProgress, snapshotProgress } from "./snapshot-work.ts";

/** What {@link reportSnapshots} looks at. */
export interface SnapshotFleetDeps extends FleetDeps {
  readonly locations: Informer<VClusterSnapshotLocation>;
}

const SNAPSHOT_PHASES = [
  "Pending",
  "Creating",
  "Verifying",
  "Ready",
  "Failed",
  "Deleting",
] as const satisfies readonly SnapshotStatusPhase[];

const RESTORE_PHASES = [
  "Pending",
  "Planning",
  "Snapshotting",
  "Stopping",
  "Restoring",
  "Starting",
  "Completed",
  "Failed",
  "RolledBack",
] as const satisfies readonly RestoreStatusPhase[];

const LOCATION_PHASES = [
  "Pending",
  "Available",
  "Unavailable",
] as const satisfies readonly SnapshotLocationStatusPhase[];

const HOUR_MS = 3_600_000;

/** Longest age of each class, the youngest first. */
const AGES: readonly (readonly [age: string, longestMs: number])[] = [
  ["1h", HOUR_MS],
  ["1d", 24 * HOUR_MS],
  ["7d", 7 * 24 * HOUR_MS],
  ["older", Number.POSITIVE_INFINITY],
];

/**
 * Has snapshots, restores and locations counted whenever the metrics are read, and each that ends counted when it does.
 * A standby tells nothing; what ends while nobody leads is not counted.
 */
export function reportSnapshots(deps: SnapshotFleetDeps): void {
  countByPhase(deps, SNAPSHOTS, SNAPSHOT_PHASES, deps.snapshots);
  countByPhase(deps, RESTORES, RESTORE_PHASES, deps.restores);
  countByPhase(deps, SNAPSHOT_LOCATIONS, LOCATION_PHASES, deps.locations);
  deps.metrics.gauge(INSTANCE_SNAPSHOT_AGE, (gauge) => {
    gauge.reset();
    if (!deps.elector.isLeader()) return;
    for (const age of [...AGES.map(([name]) => name), "never"]) gauge.set({ age }, 0);
    const nowMs = deps.clock.nowMs();
    for (const instance of deps.instances.list()) gauge.inc({ age: snapshotAge(instance, nowMs) });
  });
  countEnds(deps, "snapshot", deps.snapshots, snapshotProgress);
  countEnds(deps, "restore", deps.restores, restoreProgress);
}

/** The class of the age of an instance's newest snapshot. Pure. */
export function snapshotAge({ status }: VClusterInstance, nowMs: number): string {
  const completedMs = Date.parse(status?.lastSnapshot?.completionTime ?? "");
  if (Number.isNaN(completedMs)) return "never";
  return AGES.find(([, longestMs]) => nowMs - completedMs <= longestMs)?.[0] ?? "older";
}

function countByPhase(
  { elector, metrics }: { readonly elector: LeaderElector } & Pick<FleetDeps, "metrics">,
  spec: GaugeSpec,
  phases: readonly string[],
  informer: Informer<{ readonly status?: { readonly phase?: string } }>,
): void {
  metrics.gauge(spec, (gauge) => {
    gauge.reset();
    if (!elector.isLeader()) return;
    for (const phase of phases) gauge.set({ phase }, 0);
    for (const { status } of informer.list()) gauge.inc({ phase: status?.phase ?? "Pending" });
  });
}

function countEnds<T>(
  { elector, metrics }: SnapshotFleetDeps,
  work: "snapshot" | "restore",
  informer: Informer<T>,
  progressOf: (object: T) => Progress,
): void {
  const durations = metrics.histogram(WORK_DURATION);
  const failures = metrics.counter(FAILURES);
  // What first appears as 1 is no increase to Prometheus, and would alert nobody.
  for (const reason of Object.keys(SNAPSHOT_REASONS)) failures.inc({ work, reason }, 0);
  informer.onChange(({ object, previous }) => {
    const wasUnderWay = previous !== undefined && progressOf(previous).kind === "underWay";
    if (!wasUnderWay || !elector.isLeader()) return;
    const now = progressOf(object);
    if (now.kind === "done") durations.observe({ work }, now.durationMs / 1_000);
    if (now.kind === "failed") failures.inc({ work, reason: now.reason });
  });
}
