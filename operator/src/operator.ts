import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import {
  createEventRecorder,
  createLeaderElector,
  createTurns,
  errorFields,
  Failure,
  type Foundation,
  fencedClient,
  type Informer,
  type KubeClient,
  type LeaderElector,
  openFoundation,
  serveHealth,
  systemClock,
} from "@open-vcluster/runtime";
import { ensureAdmission } from "./admission/ensure.ts";
import { createChartSource } from "./chart/create-chart-source.ts";
import type { OperatorConfig } from "./config.ts";
import { helmEnvironment } from "./helm/environment.ts";
import { createHelm } from "./helm/helm-process.ts";
import { limitedHelm } from "./helm/limited.ts";
import { meteredHelm } from "./helm/metered.ts";
import { createReleaseStore } from "./helm/release-secrets.ts";
import { removeStaleRuns } from "./helm/run-directory.ts";
import { tracedHelm } from "./helm/traced.ts";
import { refuseOverlap } from "./installation/refuse-overlap.ts";
import { runInstanceController } from "./instance/controller.ts";
import { createGlances } from "./instance/glance/glances.ts";
import type { ReconcileDeps } from "./instance/reconcile.ts";
import { tracedAct } from "./instance/traced.ts";
import { runLocationController } from "./location/controller.ts";
import { METRICS_PREFIX } from "./metrics/catalog.ts";
import { reportFleet } from "./metrics/fleet.ts";
import { createInstanceMeter } from "./metrics/instance-meter.ts";
import { reportSnapshots } from "./metrics/snapshots.ts";
import { runOperationController } from "./operation/controller.ts";
import { runRestoreController } from "./restore/controller.ts";
import {
  chartSourceConfig,
  HELM_GRACE_MS,
  helmDeadMs,
  instanceSettings,
  operationSettings,
  restoreSettings,
  snapshotSettings,
} from "./settings.ts";
import { runSnapshotController } from "./snapshot/controller.ts";
import { createCachedReads } from "./world/cached-reads.ts";
import { allInformers, type Caches, createCaches } from "./world/caches.ts";
import { FIELD_MANAGER } from "./world/field-manager.ts";
import { createLiveReads } from "./world/live-reads.ts";

/** What differs between the program and its tests. */
export interface OperatorSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Performs one effect; tests kill the process around it. */
  readonly act: ReconcileDeps["act"];
}

/** How long a graceful end may take. */
const SHUTDOWN_DEADLINE_MS = 30_000;
/** For writing the events that wait when the lead ends. */
const EVENTS_FLUSH_MS = 2_000;
/** Of two dozen: their memory would stay with the process long after they were read. */
const LISTS_AT_ONCE = 2;

/** Runs the operator until it is told to stop. Returns the exit code. Throws a Failure when it has no credentials. */
export async function runOperator(
  config: OperatorConfig,
  surroundings: OperatorSurroundings,
): Promise<number> {
  const foundation = await openFoundation(config, {
    component: "operator",
    serviceName: FIELD_MANAGER,
    instanceName: config.instanceName,
    metricsPrefix: METRICS_PREFIX,
    shutdownDeadlineMs: SHUTDOWN_DEADLINE_MS,
    environment: surroundings.environment,
  });
  const { client, runtime, shutdown } = foundation;
  const scope = {
    operatorId: config.operatorId,
    operatorNamespace: config.namespace,
    watchNamespaces: config.watchNamespaces,
  };
  const lists = createTurns(LISTS_AT_ONCE);
  const caches = createCaches(client, scope, { ...runtime, lists });
  const informers = allInformers(caches);
  await serveHealth(config, foundation, { caches: () => cachesSynced(informers) });
  const identity = `${config.instanceName}-${randomBytes(4).toString("hex")}`;
  const elector = createLeaderElector(
    {
      client,
      namespace: config.namespace,
      name: `open-vcluster-operator-${config.operatorId}`,
      identity,
      leaseDurationMs: config.leaseDurationMs,
      marginMs: Math.round(config.leaseDurationMs / 3),
    },
    // A machine that was suspended is noticed by its own clock alone.
    { ...runtime, clock: systemClock },
  );
  const fleet = { ...caches, ...runtime, elector };
  reportFleet(fleet);
  reportSnapshots(fleet);
  const parts = { client, caches, elector, runtime, identity };
  const leading = lead(config, parts, surroundings, shutdown.signal);
  leading.then(
    () => {
      shutdown.request("Stopped");
    },
    (error: unknown) => {
      runtime.logger.error(errorFields(error), "The operator failed");
      shutdown.request("Failed", 1);
    },
  );
  // The lease is given back, and running steps end, while the client still works.
  shutdown.onClose("leadership", async () => {
    await leading.catch(() => undefined);
  });
  return shutdown.done;
}

interface Parts {
  readonly client: KubeClient;
  readonly caches: Caches;
  readonly elector: LeaderElector;
  readonly runtime: Foundation["runtime"];
  readonly identity: string;
}

/**
 * Contends for the lead for as long as the process lives. A standby keeps its caches warm, so that it can act as soon
 * as it leads; one that lost the lead has ended all its work before it contends again.
 */
async function lead(
  config: OperatorConfig,
  parts: Parts,
  surroundings: OperatorSurroundings,
  signal: AbortSignal,
): Promise<void> {
  const informers = allInformers(parts.caches);
  for (const informer of informers) informer.start(signal);
  await prepareWorkDirectory(config);
  const { logger } = parts.runtime;
  const term = async (leading: AbortSignal): Promise<void> => {
    logger.info({ identity: parts.identity }, "Leading");
    await refuseOverlap(parts.client, config.operatorId, leading);
    await Promise.all(informers.map((informer) => informer.synced));
    await work(config, parts, surroundings, leading);
  };
  while ((await parts.elector.run(signal, term)) === "lost") {
    logger.warn({ identity: parts.identity }, "The lead was lost; contending for it again");
  }
}

async function prepareWorkDirectory(config: OperatorConfig): Promise<void> {
  await mkdir(config.workDirectory, { recursive: true, mode: 0o700 });
  await removeStaleRuns(config.workDirectory, systemClock.nowMs() - helmDeadMs(config));
}

async function work(
  config: OperatorConfig,
  { client, caches, elector, runtime, identity }: Parts,
  surroundings: OperatorSurroundings,
  signal: AbortSignal,
): Promise<void> {
  const writer = fencedClient(client, () => elector.isLeader());
  const { operatorId } = config;
  await ensureAdmission({ client: writer, operatorId }, signal);
  const releases = createReleaseStore(writer);
  const live = createLiveReads(client, releases, operatorId);
  const cached = createCachedReads(caches, operatorId, live);
  const ports = {
    client,
    charts: createChartSource(chartSourceConfig(config)),
    schemas: new Map(),
    operatorId,
  };
  const events = createEventRecorder({
    client: writer,
    controller: "openvcluster.io/operator",
    instance: identity,
    logger: runtime.logger,
    clock: runtime.clock,
    metrics: runtime.metrics,
  });
  const deps: ReconcileDeps = {
    client: writer,
    // Waiting for a turn is no time of Helm's.
    helm: limitedHelm(
      meteredHelm(
        tracedHelm(
          createHelm({
            program: config.helm,
            workDirectory: config.workDirectory,
            ...(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig }),
            environment: helmEnvironment(surroundings.environment),
            deadlineMs: config.helmDeadlineMs,
            graceMs: HELM_GRACE_MS,
            store: releases,
            newAttempt: () => randomBytes(8).toString("hex"),
          }),
          runtime.tracing,
        ),
        runtime.metrics,
        runtime.clock,
      ),
      config.helmConcurrency,
    ),
    releases,
    settings: instanceSettings(config),
    cached: { reads: cached, glances: createGlances(cached, ports) },
    live: { reads: live, glances: createGlances(live, ports) },
    act: tracedAct(fenced(surroundings.act, elector), runtime.tracing),
    events,
    meter: createInstanceMeter(runtime.metrics),
    clock: runtime.clock,
    logger: runtime.logger,
  };
  const { tracing, metrics } = runtime;
  const operations = { ...deps, caches, tracing, metrics, settings: operationSettings(config) };
  const snapshots = { ...deps, caches, settings: snapshotSettings(config) };
  const restores = { ...deps, caches, settings: restoreSettings(config) };
  try {
    await Promise.all([
      runInstanceController(deps, caches, runtime, signal),
      runLocationController(snapshots, runtime, signal),
      runSnapshotController(snapshots, runtime, signal),
      runRestoreController(restores, runtime, signal),
      runOperationController(operations, runtime, signal),
    ]);
  } finally {
    // What the statuses say already is told before the lead is given back.
    await events.flush(AbortSignal.timeout(EVENTS_FLUSH_MS)).catch(() => undefined);
  }
}

/** Helm is not behind the fenced client, so the lead is asked for before each effect as well. */
function fenced(act: ReconcileDeps["act"], elector: LeaderElector): ReconcileDeps["act"] {
  return async (action, context, signal) => {
    if (!elector.isLeader()) {
      throw new Failure("precondition", "NotLeader", "Another replica leads now");
    }
    return act(action, context, signal);
  };
}

function cachesSynced(informers: readonly Informer<unknown>[]): true | string {
  const missing = informers.filter((informer) => !informer.hasSynced()).length;
  return missing === 0 ? true : `${String(missing)} caches are not filled yet`;
}
