import type { CounterSpec, GaugeSpec, HistogramSpec, MetricSpec } from "./metrics.ts";

const CONTROLLER = "name of the controller";
const LEASE = "name of the Lease";
const RESOURCE = "plural of the kind; `raw` for other paths";

/** Requests to API servers. */
export const KUBE_REQUESTS: CounterSpec = {
  type: "counter",
  name: "kube_requests_total",
  help: "Requests to API servers",
  labels: {
    verb: "as RBAC spells it",
    resource: RESOURCE,
    code: "status code of the answer, or why there was none",
  },
};

/** How long API servers take. */
export const KUBE_REQUEST_DURATION: HistogramSpec = {
  type: "histogram",
  name: "kube_request_duration_seconds",
  help: "Time until the head of the answer of an API server, watches included",
  labels: { verb: "as RBAC spells it" },
  buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 30],
};

/** Lists and watches that broke. */
export const INFORMER_FAILURES: CounterSpec = {
  type: "counter",
  name: "informer_failures_total",
  help: "Lists and watches that ended in a failure and were begun again",
  labels: { resource: RESOURCE, kind: "kind of the failure" },
};

/** Who leads. */
export const LEADER: GaugeSpec = {
  type: "gauge",
  name: "leader",
  help: "1 while this process leads",
  labels: { lease: LEASE },
};

/** Work that waits. */
export const QUEUE_DEPTH: GaugeSpec = {
  type: "gauge",
  name: "queue_depth",
  help: "Keys that are ready and wait for a worker",
  labels: { controller: CONTROLLER },
};

/** How long work waits. */
export const QUEUE_WAIT: HistogramSpec = {
  type: "histogram",
  name: "queue_wait_seconds",
  help: "Time that a key waited for a worker",
  labels: { controller: CONTROLLER },
  buckets: [0.001, 0.01, 0.1, 1, 10, 60],
};

/** How passes go. */
export const RECONCILE_DURATION: HistogramSpec = {
  type: "histogram",
  name: "reconcile_duration_seconds",
  help: "Duration of one pass by its outcome",
  labels: { controller: CONTROLLER, outcome: "`ok`, or the kind of its failure" },
  buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
};

/** Events that users do not get to see. */
export const EVENTS_DROPPED: CounterSpec = {
  type: "counter",
  name: "events_dropped_total",
  help: "Kubernetes Events that were not written",
  labels: {
    cause:
      "`budget`: the object has too many; `queue`: too many wait; `failed`: the API server refused it",
  },
};

/** What both programs export because of their shared parts. */
export const CLIENT_METRICS: readonly MetricSpec[] = [
  KUBE_REQUESTS,
  KUBE_REQUEST_DURATION,
  INFORMER_FAILURES,
];

/** What a program exports that works on objects as their leader. */
export const CONTROLLER_METRICS: readonly MetricSpec[] = [
  LEADER,
  QUEUE_DEPTH,
  QUEUE_WAIT,
  RECONCILE_DURATION,
  EVENTS_DROPPED,
];
