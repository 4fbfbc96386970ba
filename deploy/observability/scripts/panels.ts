/** A question that people ask, and the expressions that answer it. */
export interface PanelSpec {
  readonly title: string;
  /** What to read from it, in a sentence. */
  readonly text: string;
  /** Grafana's name of the unit. */
  readonly unit: "short" | "s" | "ops" | "bytes" | "percentunit";
  /** Big number or curves; default curves. */
  readonly as?: "stat";
  /** PromQL, each with the legend of its series. */
  readonly queries: readonly (readonly [expression: string, legend: string])[];
}

/** Panels under one heading. */
export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

const quantile = (q: number, histogram: string, by: string, selector = ""): string =>
  `histogram_quantile(${q}, sum by (le, ${by}) (rate(${histogram}_bucket${selector}[$__rate_interval])))`;

const rate = (counter: string, by: string, selector = ""): string =>
  `sum by (${by}) (rate(${counter}${selector}[$__rate_interval]))`;

const OPERATOR = "open_vcluster_";
const FACADE = "open_vcluster_facade_";

/** The whole dashboard, by what users ask. */
export const ROWS: readonly RowSpec[] = [
  {
    title: "Virtual clusters",
    panels: [
      {
        title: "Instances",
        text: "All of them, as the leader counts them.",
        unit: "short",
        as: "stat",
        queries: [[`sum(${OPERATOR}instances)`, "instances"]],
      },
      {
        title: "In trouble",
        text: "Phase Error: somebody has to act. `kubectl get vci -A` names them.",
        unit: "short",
        as: "stat",
        queries: [[`sum(${OPERATOR}instances{phase="Error"})`, "Error"]],
      },
      {
        title: "Leader",
        text: "1, or nobody works.",
        unit: "short",
        as: "stat",
        queries: [[`sum(${OPERATOR}leader)`, "leaders"]],
      },
      {
        title: "By phase",
        text: "How the fleet moves.",
        unit: "short",
        queries: [[`sum by (phase) (${OPERATOR}instances)`, "{{phase}}"]],
      },
      {
        title: "Oldest work",
        text: "What hangs: how long the oldest work of its kind is under way.",
        unit: "s",
        queries: [[`max by (work) (${OPERATOR}work_oldest_seconds)`, "{{work}}"]],
      },
      {
        title: "How long users wait, 90 of 100",
        text: "From when work began until it was done.",
        unit: "s",
        queries: [[quantile(0.9, `${OPERATOR}work_duration_seconds`, "work"), "{{work}}"]],
      },
      {
        title: "Failures by reason",
        text: "Each reason is in the reference, with what to do.",
        unit: "ops",
        queries: [[rate(`${OPERATOR}failures_total`, "work, reason"), "{{work}}: {{reason}}"]],
      },
    ],
  },
  {
    title: "Snapshots and restores",
    panels: [
      {
        title: "Locations out of reach",
        text: "Nothing can be kept there, or restored from there, until they are back.",
        unit: "short",
        as: "stat",
        queries: [[`sum(${OPERATOR}snapshot_locations{phase="Unavailable"})`, "Unavailable"]],
      },
      {
        title: "Without a snapshot of today",
        text: "Instances whose newest snapshot is older than a day, or that have none.",
        unit: "short",
        as: "stat",
        queries: [
          [`sum(${OPERATOR}instances_by_snapshot_age{age=~"7d|older|never"})`, "instances"],
        ],
      },
      {
        title: "Instances by the age of their newest snapshot",
        text: "What would be lost with a store.",
        unit: "short",
        queries: [[`sum by (age) (${OPERATOR}instances_by_snapshot_age)`, "{{age}}"]],
      },
      {
        title: "Snapshots by phase",
        text: "Those that are kept, and those under way.",
        unit: "short",
        queries: [[`sum by (phase) (${OPERATOR}snapshots)`, "{{phase}}"]],
      },
      {
        title: "Restores by phase",
        text: "Those under way, and how the others ended.",
        unit: "short",
        queries: [[`sum by (phase) (${OPERATOR}restores)`, "{{phase}}"]],
      },
      {
        title: "Duration, 90 of 100",
        text: "From their creation until they were complete.",
        unit: "s",
        queries: [
          [
            quantile(0.9, `${OPERATOR}work_duration_seconds`, "work", '{work=~"snapshot|restore"}'),
            "{{work}}",
          ],
        ],
      },
      {
        title: "Failures by reason",
        text: "Each reason is in the reference, with what to do.",
        unit: "ops",
        queries: [
          [
            rate(`${OPERATOR}failures_total`, "work, reason", '{work=~"snapshot|restore"}'),
            "{{work}}: {{reason}}",
          ],
        ],
      },
    ],
  },
  {
    title: "API",
    panels: [
      {
        title: "Calls by code",
        text: "What callers get.",
        unit: "ops",
        queries: [[rate(`${FACADE}rpc_total`, "code"), "{{code}}"]],
      },
      {
        title: "Time until the answer, 99 of 100",
        text: "Unary calls by method.",
        unit: "s",
        queries: [[quantile(0.99, `${FACADE}rpc_duration_seconds`, "method"), "{{method}}"]],
      },
      {
        title: "Calls and streams that run",
        text: "Streams run for as long as they are open.",
        unit: "short",
        queries: [[`sum by (type) (${FACADE}rpc_in_flight)`, "{{type}}"]],
      },
      {
        title: "Refused because too many",
        text: "Limits of rate, calls and streams.",
        unit: "ops",
        queries: [[rate(`${FACADE}rpc_limited_total`, "reason"), "{{reason}}"]],
      },
      {
        title: "Accepted writes until their end, 90 of 100",
        text: "Operations by method.",
        unit: "s",
        queries: [[quantile(0.9, `${OPERATOR}operation_duration_seconds`, "method"), "{{method}}"]],
      },
      {
        title: "Age of reads",
        text: "How long ago each replica last heard of the API server.",
        unit: "s",
        queries: [[`max by (cache) (${FACADE}cache_age_seconds)`, "{{cache}}"]],
      },
      {
        title: "Audit",
        text: "Lines that wait, and writes that failed.",
        unit: "short",
        queries: [
          [`sum(${FACADE}audit_waiting_lines)`, "waiting"],
          [`sum(rate(${FACADE}audit_failures_total[$__rate_interval]))`, "failures a second"],
        ],
      },
    ],
  },
  {
    title: "Operator",
    panels: [
      {
        title: "Queue",
        text: "Keys that wait for a worker.",
        unit: "short",
        queries: [[`sum by (controller) (${OPERATOR}queue_depth)`, "{{controller}}"]],
      },
      {
        title: "Wait in the queue, 99 of 100",
        text: "Until a worker takes a key.",
        unit: "s",
        queries: [
          [quantile(0.99, `${OPERATOR}queue_wait_seconds`, "controller"), "{{controller}}"],
        ],
      },
      {
        title: "Passes by outcome",
        text: "Conflicts are normal; other failures are tried again.",
        unit: "ops",
        queries: [
          [
            rate(`${OPERATOR}reconcile_duration_seconds_count`, "controller, outcome"),
            "{{controller}}: {{outcome}}",
          ],
        ],
      },
      {
        title: "Helm, 90 of 100",
        text: "Duration of a run by verb.",
        unit: "s",
        queries: [[quantile(0.9, `${OPERATOR}helm_duration_seconds`, "verb"), "{{verb}}"]],
      },
      {
        title: "Runs of Helm by result",
        text: "The reasons of failures are Helm's.",
        unit: "ops",
        queries: [
          [rate(`${OPERATOR}helm_duration_seconds_count`, "verb, result"), "{{verb}}: {{result}}"],
        ],
      },
      {
        title: "Effects that failed",
        text: "By the kind of the failure.",
        unit: "ops",
        queries: [
          [
            rate(`${OPERATOR}effect_duration_seconds_count`, "effect, outcome", '{outcome!="ok"}'),
            "{{effect}}: {{outcome}}",
          ],
        ],
      },
    ],
  },
  {
    title: "Kubernetes API and processes",
    panels: [
      {
        title: "Requests by verb and code",
        text: "Of operator and API together.",
        unit: "ops",
        queries: [
          [rate(`${OPERATOR}kube_requests_total`, "verb, code"), "operator {{verb}} {{code}}"],
          [rate(`${FACADE}kube_requests_total`, "verb, code"), "API {{verb}} {{code}}"],
        ],
      },
      {
        title: "Time until the answer, 99 of 100",
        text: "How fast the API server is.",
        unit: "s",
        queries: [
          [quantile(0.99, `${OPERATOR}kube_request_duration_seconds`, "verb"), "operator {{verb}}"],
          [quantile(0.99, `${FACADE}kube_request_duration_seconds`, "verb"), "API {{verb}}"],
        ],
      },
      {
        title: "Watches that broke",
        text: "They are begun again.",
        unit: "ops",
        queries: [
          [
            rate(`${OPERATOR}informer_failures_total`, "resource, kind"),
            "operator {{resource}} {{kind}}",
          ],
          [rate(`${FACADE}informer_failures_total`, "resource, kind"), "API {{resource}} {{kind}}"],
        ],
      },
      {
        title: "Memory",
        text: "Of each process.",
        unit: "bytes",
        queries: [
          [`${OPERATOR}process_resident_memory_bytes`, "operator {{instance}}"],
          [`${FACADE}process_resident_memory_bytes`, "API {{instance}}"],
        ],
      },
      {
        title: "CPU",
        text: "Of each process; 1 is one core.",
        unit: "percentunit",
        queries: [
          [`rate(${OPERATOR}process_cpu_seconds_total[$__rate_interval])`, "operator {{instance}}"],
          [`rate(${FACADE}process_cpu_seconds_total[$__rate_interval])`, "API {{instance}}"],
        ],
      },
      {
        title: "Event loop, 99 of 100",
        text: "How long work of a process waits for its turn.",
        unit: "s",
        queries: [
          [`${OPERATOR}nodejs_eventloop_lag_p99_seconds`, "operator {{instance}}"],
          [`${FACADE}nodejs_eventloop_lag_p99_seconds`, "API {{instance}}"],
        ],
      },
    ],
  },
];
