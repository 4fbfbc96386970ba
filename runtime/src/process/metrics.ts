import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** A metric: its name without the prefix, and what it tells. */
export type MetricSpec = CounterSpec | GaugeSpec | HistogramSpec;

interface CommonSpec {
  readonly name: string;
  readonly help: string;
  /** What the values of each label are; all come from closed sets. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What only grows. */
export interface CounterSpec extends CommonSpec {
  readonly type: "counter";
}

/** What is now. */
export interface GaugeSpec extends CommonSpec {
  readonly type: "gauge";
}

/** A distribution; bounds in the unit that the name says. */
export interface HistogramSpec extends CommonSpec {
  readonly type: "histogram";
  readonly buckets: readonly number[];
}

/** The metrics of one process. Asking for the same name again gives the same metric. */
export interface Metrics {
  counter(spec: CounterSpec): Counter;
  /** `look` sets the values whenever they are asked for; the first one given stays. */
  gauge(spec: GaugeSpec, look?: (gauge: Gauge) => void): Gauge;
  histogram(spec: HistogramSpec): Histogram;
  /** Content type of {@link Metrics.text}. */
  readonly contentType: string;
  /** The exposition text. */
  text(): Promise<string>;
}

/** Options of {@link createMetrics}. */
export interface MetricsOptions {
  /** Begins every name, the process metrics' as well. */
  readonly prefix: string;
}

/** Creates a registry with the process metrics (CPU, memory, event loop, garbage collection). */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({
    register: registry,
    prefix: options.prefix,
    // The default of 10 ms wakes an idle process a hundred times a second.
    eventLoopMonitoringPrecision: 1_000,
  });
  const known = new Map<string, Counter | Gauge | Histogram>();
  const once = <M extends Counter | Gauge | Histogram>(name: string, create: () => M): M => {
    const metric = (known.get(name) as M | undefined) ?? create();
    known.set(name, metric);
    return metric;
  };
  const base = (
    spec: MetricSpec,
  ): { name: string; help: string; labelNames: string[]; registers: Registry[] } => ({
    name: `${options.prefix}${spec.name}`,
    help: spec.help,
    labelNames: Object.keys(spec.labels ?? {}),
    registers: [registry],
  });
  return {
    counter: (spec) => once(spec.name, () => new Counter(base(spec))),
    gauge: (spec, look) =>
      once(
        spec.name,
        () =>
          new Gauge({
            ...base(spec),
            ...(look === undefined
              ? {}
              : {
                  collect() {
                    look(this);
                  },
                }),
          }),
      ),
    histogram: (spec) =>
      once(spec.name, () => new Histogram({ ...base(spec), buckets: [...spec.buckets] })),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
