import type { KubeClient } from "../kube/client.ts";
import { connectFromEnvironment } from "../kube/connection.ts";
import { createKubeClient } from "../kube/http-client.ts";
import { createServerClock } from "../kube/server-clock.ts";
import { systemClock } from "./clock.ts";
import { type HealthChecks, startHealthServer } from "./health.ts";
import { createLogger } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import type { ProgramConfig } from "./program-config.ts";
import type { RuntimeDeps } from "./runtime-deps.ts";
import { createShutdown, type Shutdown } from "./shutdown.ts";
import { createTracing, type Tracing } from "./tracing.ts";

/** Which program it is, and how it is told from others. */
export interface FoundationOptions {
  /** In log lines. */
  readonly component: string;
  /** In traces, and the user agent of its calls. */
  readonly serviceName: string;
  /** Of this replica, in log lines and traces. */
  readonly instanceName: string;
  /** Before the names of its metrics. */
  readonly metricsPrefix: string;
  /** How long a graceful end may take. */
  readonly shutdownDeadlineMs: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a program stands on; client and tracing are closed last. */
export interface Foundation {
  readonly client: KubeClient;
  readonly runtime: RuntimeDeps & { readonly metrics: Metrics; readonly tracing: Tracing };
  readonly shutdown: Shutdown;
}

/** Opens what every program needs before its own parts. Throws a Failure when it has no credentials. */
export async function openFoundation(
  config: ProgramConfig,
  options: FoundationOptions,
): Promise<Foundation> {
  const { component, serviceName, instanceName } = options;
  const connection = await connectFromEnvironment(config.kubeconfig, options.environment);
  const logger = createLogger({
    level: config.logLevel,
    fields: { component, instance: instanceName },
  });
  const clock = createServerClock(systemClock);
  const deadlineMs = options.shutdownDeadlineMs;
  const shutdown = createShutdown({ deadlineMs, logger, clock, process });
  const metrics = createMetrics({ prefix: options.metricsPrefix });
  const tracing = createTracing({ endpoint: config.traceEndpoint, serviceName, instanceName });
  shutdown.onClose("tracing", () => tracing.close());
  const client = createKubeClient(connection, {
    userAgent: serviceName,
    metrics,
    serverClock: clock,
  });
  shutdown.onClose("client", () => client.close());
  return { client, runtime: { logger, clock, random: Math.random, metrics, tracing }, shutdown };
}

/** Serves health and metrics until the program ends. Throws `unavailable` when it cannot listen. */
export async function serveHealth(
  { healthHost: host, healthPort: port }: ProgramConfig,
  { runtime, shutdown }: Pick<Foundation, "runtime" | "shutdown">,
  ready: HealthChecks,
): Promise<void> {
  const { logger, metrics } = runtime;
  const server = await startHealthServer({ host, port, metrics, live: {}, ready });
  logger.info({ port: server.port }, "Serving health and metrics");
  shutdown.onClose("health", () => server.close());
}
