import {
  CLIENT_METRICS,
  CONTROLLER_METRICS,
  type CounterSpec,
  type GaugeSpec,
  type HistogramSpec,
  type MetricSpec,
} from "@open-vcluster/runtime";

/** Begins the name of every metric of the operator. */
export const METRICS_PREFIX = "open_vcluster_";

const WORK = "`create`, `upgrade`, `scale`, `suspend`, `resume`, `delete`, `snapshot` or `restore`";
/** From a resume of seconds to a deletion that hangs for an hour. */
const WORK_BUCKETS = [5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600];

/** How the fleet is. */
export const INSTANCES: GaugeSpec = {
  type: "gauge",
  name: "instances",
  help: "Instances by their phase. Only the leader tells",
  labels: { phase: "as in `status.phase`" },
};

/** How the snapshots are. */
export const SNAPSHOTS: GaugeSpec = {
  type: "gauge",
  name: "snapshots",
  help: "Snapshots by their phase. Only the leader tells",
  labels: { phase: "as in `status.phase`" },
};

/** How the restores are. */
export const RESTORES: GaugeSpec = {
  type: "gauge",
  name: "restores",
  help: "Restores by their phase. Only the leader tells",
  labels: { phase: "as in `status.phase`" },
};

/** Whether snapshots can be kept. */
export const SNAPSHOT_LOCATIONS: GaugeSpec = {
  type: "gauge",
  name: "snapshot_locations",
  help: "Snapshot locations by their phase. Only the leader tells",
  labels: { phase: "as in `status.phase`" },
};

/** How much would be lost. */
export const INSTANCE_SNAPSHOT_AGE: GaugeSpec = {
  type: "gauge",
  name: "instances_by_snapshot_age",
  help: "Instances by the age of their newest snapshot that can be restored. Only the leader tells",
  labels: { age: "at most `1h`, `1d` or `7d`; `older`; or `never`" },
};

/** What hangs. */
export const OLDEST_WORK: GaugeSpec = {
  type: "gauge",
  name: "work_oldest_seconds",
  help: "How long the oldest work of its kind that has not ended is under way; 0 when there is none. Only the leader tells",
  labels: { work: WORK },
};

/** How long users wait. */
export const WORK_DURATION: HistogramSpec = {
  type: "histogram",
  name: "work_duration_seconds",
  help: "Time from when work began until the instance was what its spec asks for, or was gone; of a snapshot or restore, from its creation until it was complete",
  labels: { work: WORK },
  buckets: WORK_BUCKETS,
};

/** What goes wrong. */
export const FAILURES: CounterSpec = {
  type: "counter",
  name: "failures_total",
  help: "How often the Ready condition of an instance took a reason that somebody should look into, and how often a snapshot or restore failed",
  labels: {
    work: `what was under way: ${WORK}, or \`run\``,
    reason:
      "a warning of the [reasons](events.md#how-the-instance-is), or the reason of a failed [snapshot or restore](conditions.md#reasons-of-snapshots-and-restores)",
  },
};

/** What the operator does. */
export const EFFECT_DURATION: HistogramSpec = {
  type: "histogram",
  name: "effect_duration_seconds",
  help: "Duration of one effect on the cluster",
  labels: { effect: "its name, as in the log", outcome: "`ok`, or the kind of its failure" },
  buckets: [0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 120],
};

/** How Helm does. */
export const HELM_DURATION: HistogramSpec = {
  type: "histogram",
  name: "helm_duration_seconds",
  help: "Duration of one run of Helm",
  labels: {
    verb: "`upgrade`, `rollback`, `uninstall` or `template`",
    result: "`ok`, or the reason of its failure",
  },
  buckets: [0.5, 1, 2, 3, 5, 10, 30, 60, 120],
};

/** How long callers of the API wait. */
export const OPERATION_DURATION: HistogramSpec = {
  type: "histogram",
  name: "operation_duration_seconds",
  help: "Time from the acceptance of a write by the API until it was carried out, or failed",
  labels: {
    method: "as in `spec.method`",
    state: "`Succeeded`, `Failed`, `Cancelled` or `Aborted`",
  },
  buckets: WORK_BUCKETS,
};

/** Everything that the operator exports besides its process. */
export const OPERATOR_METRICS: readonly MetricSpec[] = [
  ...CLIENT_METRICS,
  ...CONTROLLER_METRICS,
  INSTANCES,
  SNAPSHOTS,
  RESTORES,
  SNAPSHOT_LOCATIONS,
  INSTANCE_SNAPSHOT_AGE,
  OLDEST_WORK,
  WORK_DURATION,
  FAILURES,
  EFFECT_DURATION,
  HELM_DURATION,
  OPERATION_DURATION,
];
