import type { Counter, Gauge, Histogram } from "prom-client";
import { Failure } from "../failure.ts";

/** A metric to create: name without the prefix, labels from closed sets only. */
export interface MetricSpec {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** The registry of one process, and the metrics of this package. */
export interface Metrics {
  counter(spec: MetricSpec): Counter;
  gauge(spec: MetricSpec): Gauge;
  histogram(spec: MetricSpec & { readonly buckets?: readonly number[] }): Histogram;
  readonly contentType: string;
  /** The exposition text. */
  text(): Promise<string>;
}

/** Creates the registry; every name starts with `prefix`. */
export function createMetrics(_options: { readonly prefix: string }): Metrics {
  throw new Failure("bug", "NotBuilt", "not built");
}
