import {
  CLIENT_METRICS,
  type CounterSpec,
  type GaugeSpec,
  type HistogramSpec,
  type MetricSpec,
} from "@open-vcluster/runtime";

/** Begins the name of every metric of the API. */
export const METRICS_PREFIX = "open_vcluster_facade_";

const METHOD = "`package.Service/Method`";
const CODE = "`OK` or the status code, as gRPC spells it";

/** Calls by their end. */
export const CALLS: CounterSpec = {
  type: "counter",
  name: "rpc_total",
  help: "Calls that ended",
  labels: { method: `${METHOD}, or \`none\` for requests that make no call`, code: CODE },
};

/** How long callers wait. */
export const CALL_DURATION: HistogramSpec = {
  type: "histogram",
  name: "rpc_duration_seconds",
  help: "Time of unary calls until their answer",
  labels: { method: METHOD, code: CODE },
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
};

/** Calls that were too many. */
export const CALLS_LIMITED: CounterSpec = {
  type: "counter",
  name: "rpc_limited_total",
  help: "Calls, and refused requests of one address, that were refused because there were too many",
  labels: { reason: "`RateLimited`, `TooManyCalls` or `TooManyStreams`" },
};

/** Calls that run. */
export const CALLS_IN_FLIGHT: GaugeSpec = {
  type: "gauge",
  name: "rpc_in_flight",
  help: "Calls that run now; streams are calls that run as long as they are open",
  labels: { type: "`unary` or `stream`" },
};

/** Trouble with the audit. */
export const AUDIT_FAILURES: CounterSpec = {
  type: "counter",
  name: "audit_failures_total",
  help: "Writes of audit lines that failed; they are tried again",
};

/** Audit lines that wait. */
export const AUDIT_WAITING: GaugeSpec = {
  type: "gauge",
  name: "audit_waiting_lines",
  help: "Audit lines that are not written yet",
};

/** How stale reads may be. */
export const CACHE_AGE: GaugeSpec = {
  type: "gauge",
  name: "cache_age_seconds",
  help: "Time since the API server was last heard of",
  labels: { cache: "what it holds" },
};

/** Everything that the API exports besides its process. */
export const FACADE_METRICS: readonly MetricSpec[] = [
  ...CLIENT_METRICS,
  CALLS,
  CALL_DURATION,
  CALLS_LIMITED,
  CALLS_IN_FLIGHT,
  AUDIT_FAILURES,
  AUDIT_WAITING,
  CACHE_AGE,
];
