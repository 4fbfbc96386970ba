import { Failure } from "../failure.ts";
import type { Metrics } from "./metrics.ts";

/** Answers `true`, or a sentence that says what is missing. */
export type HealthCheck = () => true | string;

/** A running HTTP server for `/healthz`, `/readyz` and `/metrics`. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the server; port 0 takes a free one. */
export function startHealthServer(_options: {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  readonly live: Readonly<Record<string, HealthCheck>>;
  readonly ready: Readonly<Record<string, HealthCheck>>;
}): Promise<HealthServer> {
  throw new Failure("bug", "NotBuilt", "not built");
}
