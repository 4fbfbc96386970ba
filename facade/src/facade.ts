import { randomBytes } from "node:crypto";
import type { Writable } from "node:stream";
import { Code, ConnectError } from "@connectrpc/connect";
import { OperationService, SnapshotService, VClusterService } from "@open-vcluster/api";
import {
  errorFields,
  type Foundation,
  type HealthChecks,
  type Informer,
  type KubeClient,
  openFoundation,
  serveHealth,
} from "@open-vcluster/runtime";
import { type Audit, createAudit } from "./audit/audit.ts";
import { createFileSink } from "./audit/file-sink.ts";
import { createStreamSink } from "./audit/stream-sink.ts";
import { createEntrance } from "./call/entrance.ts";
import { messageError } from "./call/fault.ts";
import { createLocalTransport } from "./call/local-transport.ts";
import { createOrigins } from "./call/origin.ts";
import { createCallRouter } from "./call/router.ts";
import type { FacadeConfig } from "./config/variables.ts";
import { createDocsDoor } from "./docs/docs-door.ts";
import { configuredAuthenticate } from "./identity/configured.ts";
import { createOpenVirtual } from "./kubeconfig/virtual-access.ts";
import { METRICS_PREFIX } from "./metrics/catalog.ts";
import { createPermissions } from "./permission/access-review.ts";
import { onlyServed } from "./permission/served.ts";
import { cacheAgeMs, reportCacheAges } from "./read/cache-age.ts";
import { createStores, type Stores } from "./read/objects.ts";
import { readPageKey } from "./read/page-key.ts";
import { createPageTokens } from "./read/page-token.ts";
import { createRestDoor } from "./rest/rest-door.ts";
import type { ServiceDeps } from "./rpc/deps.ts";
import { routesOf } from "./rpc/services.ts";
import { addStandardServices } from "./rpc/standard-services.ts";
import type { Door } from "./server/door.ts";
import { serveDoors } from "./server/doors.ts";
import { createHealthDoor } from "./server/health-door.ts";
import { createIndexDoor } from "./server/index-door.ts";
import { DEFAULT_LIMITS } from "./server/limits.ts";
import { createLostDoor } from "./server/lost-door.ts";
import { createRpcDoor } from "./server/rpc-door.ts";
import { startServer } from "./server/server.ts";
import type { TlsFiles } from "./server/tls.ts";
import { createWatchHub } from "./watch/hub.ts";
import { createOperations, type Operations } from "./write/operations.ts";
import { createWrites, type Writes } from "./write/writes.ts";

/** What differs between the program and its tests. */
export interface FacadeSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the audit goes that has no file. */
  readonly stdout: Writable;
  /** Stands between the facade and the API server of the host cluster; absent: nothing does. */
  readonly through?: (client: KubeClient) => KubeClient;
}

/** On top of the time that running calls have: for the audit's last lines and for closing connections. */
const CLOSE_MARGIN_MS = 10_000;
/** Changes that a watch can resume behind. */
const WATCH_MEMORY = 4_000;
const OPERATION_ID_BYTES = 16;

/** Runs the facade until it is told to stop. Returns the exit code. Throws a Failure when it has no credentials. */
export async function runFacade(
  config: FacadeConfig,
  surroundings: FacadeSurroundings,
): Promise<number> {
  const foundation = await openFoundation(config, {
    component: "facade",
    serviceName: "open-vcluster-facade",
    instanceName: config.instanceName,
    metricsPrefix: METRICS_PREFIX,
    shutdownDeadlineMs: config.shutdownGraceMs + CLOSE_MARGIN_MS,
    environment: surroundings.environment,
  });
  const { runtime, shutdown } = foundation;
  const client = surroundings.through?.(foundation.client) ?? foundation.client;
  try {
    await serve(config, surroundings, { client, runtime, shutdown });
  } catch (error) {
    runtime.logger.error(errorFields(error), "The facade failed");
    shutdown.request("Failed", 1);
  }
  return shutdown.done;
}

/** Opens everything in order; resolves when calls are served, or when the facade was told to stop before. */
async function serve(
  config: FacadeConfig,
  surroundings: FacadeSurroundings,
  parts: Foundation,
): Promise<void> {
  const { client, runtime, shutdown } = parts;
  const caches = startCaches(config, parts);
  const audit = createAudit({
    sink:
      config.auditFile === undefined
        ? createStreamSink(surroundings.stdout)
        : createFileSink(config.auditFile, runtime.clock),
    ...runtime,
  });
  shutdown.onClose("audit", (signal) => audit.close(signal));
  const ready: HealthChecks = {
    caches: () => areSynced(caches) || "the caches are not filled yet",
    audit: () => audit.check(),
    open: () => !shutdown.signal.aborted || "the server closes",
  };
  await serveHealth(config, parts, ready);

  const writes = createWrites({
    client,
    ...caches,
    namespace: config.namespace,
    acceptTimeoutMs: config.operationAcceptTimeoutMs,
    clock: runtime.clock,
    random: () => randomBytes(OPERATION_ID_BYTES).toString("hex"),
  });
  const services = await servicesOf(config, parts, { ...caches, writes });
  if (!(await untilSynced(caches, shutdown.signal))) return;
  // A write that was accepted goes on although its connection is closed.
  shutdown.onClose("writes", () => writes.idle());
  await listen(config, parts, { services, audit, ready });
}

interface Caches {
  readonly stores: Stores;
  readonly operations: Operations;
}

function startCaches(config: FacadeConfig, { client, runtime, shutdown }: Foundation): Caches {
  const stores = createStores(client, config.watchNamespaces, runtime);
  const operations = createOperations(client, config.namespace, runtime);
  // Calls read while the server drains, so the caches end after it.
  const end = new AbortController();
  const caches = { stores, operations };
  const informers = informersOf(caches);
  for (const informer of Object.values(informers)) informer.start(end.signal);
  const reporting = reportCacheAges(informers, runtime, end.signal);
  shutdown.onClose("caches", async () => {
    end.abort(new Error("The facade closes"));
    await reporting;
  });
  return caches;
}

/** By the name that metrics give them. */
function informersOf({ stores, operations }: Caches): Readonly<Record<string, Informer<unknown>>> {
  const { instances, snapshots, restores } = stores;
  return {
    instances: instances.informer,
    operations: operations.informer,
    snapshots: snapshots.informer,
    restores: restores.informer,
  };
}

function areSynced(caches: Caches): boolean {
  return Object.values(informersOf(caches)).every((informer) => informer.hasSynced());
}

async function untilSynced(caches: Caches, signal: AbortSignal): Promise<boolean> {
  const { promise: stopped, resolve } = Promise.withResolvers<false>();
  const stop = (): void => {
    resolve(false);
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const synced = Promise.all(Object.values(informersOf(caches)).map((informer) => informer.synced));
  return Promise.race([synced.then(() => true), stopped]);
}

async function servicesOf(
  config: FacadeConfig,
  { client, runtime }: Foundation,
  { stores, operations, writes }: Caches & { readonly writes: Writes },
): Promise<ServiceDeps> {
  const { clock } = runtime;
  return {
    ...stores,
    operations,
    writes,
    permissions: onlyServed(config.watchNamespaces, createPermissions({ client, clock })),
    pageTokens: createPageTokens(await readPageKey(config.pageTokenKeyFile), () => clock.nowMs()),
    hub: createWatchHub(stores.instances.informer, WATCH_MEMORY),
    openVirtual: createOpenVirtual(client, config.kubeconfig === undefined),
    host: client,
    clock,
    publicUrl: config.publicUrl,
  };
}

async function listen(
  config: FacadeConfig,
  { client, runtime, shutdown }: Foundation,
  {
    services,
    audit,
    ready,
  }: { readonly services: ServiceDeps; readonly audit: Audit; readonly ready: HealthChecks },
): Promise<void> {
  const { logger, clock } = runtime;
  const informers = Object.values(informersOf({ stores: services, ...services }));
  const origins = createOrigins();
  const closing = new AbortController();
  const entrance = createEntrance({
    ...runtime,
    origins,
    authenticate: await configuredAuthenticate(config, { client, clock }),
    limits: config,
    audit,
  });
  const router = createCallRouter({
    ...entrance,
    clock,
    maxRequestBytes: config.maxRequestBytes,
    deadlineMaxMs: config.deadlineMaxMs,
    cacheAgeMs: () => cacheAgeMs(informers),
    closing: closing.signal,
  });
  routesOf(services)(router);
  addStandardServices(router, { ready, clock });
  const rest = createRestDoor({
    services: [VClusterService, SnapshotService, OperationService],
    transport: createLocalTransport(router),
    maxBodyBytes: config.maxRequestBytes,
    entrance,
    toConnectError: messageError,
  });
  const doors: readonly Door[] = [
    createRpcDoor(router, { ...entrance, logger }),
    rest,
    createIndexDoor(),
    createDocsDoor(),
    createHealthDoor(ready),
    createLostDoor(entrance.refuseStray),
  ];
  const tls = tlsOf(config);
  const server = await startServer({
    host: config.listenHost,
    port: config.listenPort,
    tls,
    limits: { ...DEFAULT_LIMITS, maxConnections: config.maxConnections },
    serve: serveDoors({
      doors: doors.map(
        (door) => (request, response) => origins.run(request, () => door(request, response)),
      ),
      corsOrigins: config.corsOrigins,
      isTls: tls !== undefined,
      logger,
    }),
    logger,
    clock,
  });
  const { address, port } = server.address;
  logger.info({ address, port, tls: tls !== undefined }, "Serving the API");
  // Too late for a step of its own.
  if (shutdown.signal.aborted) await server.close(0);
  shutdown.onClose("server", async () => {
    closing.abort(new ConnectError("The server closes", Code.Unavailable));
    await server.close(config.shutdownGraceMs);
  });
}

function tlsOf(config: FacadeConfig): TlsFiles | undefined {
  const { tlsCertificateFile: certificateFile, tlsKeyFile: keyFile } = config;
  if (certificateFile === undefined || keyFile === undefined) return undefined;
  return { certificateFile, keyFile, clientCaFile: config.clientCaFile };
}
