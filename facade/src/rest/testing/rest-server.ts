import {
  Code,
  ConnectError,
  createConnectRouter,
  type Interceptor,
  type ServiceImpl,
} from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  OperationService,
  SnapshotService,
  VClusterService,
} from "@open-vcluster/api";
import {
  createLogger,
  createMetrics,
  createTracing,
  type Failure,
  systemClock,
} from "@open-vcluster/runtime";
import { createRecordingLogger } from "@open-vcluster/runtime/testing/recording-logger";
import { createAudit } from "../../audit/audit.ts";
import { createEntrance, type Entrance } from "../../call/entrance.ts";
import { createLocalTransport } from "../../call/local-transport.ts";
import { createOrigins, type Origins } from "../../call/origin.ts";
import { ANONYMOUS } from "../../identity/anonymous.ts";
import { answerText } from "../../server/door.ts";
import { DEFAULT_LIMITS } from "../../server/limits.ts";
import { startServer } from "../../server/server.ts";
import { createRestDoor } from "../rest-door.ts";

/** What {@link startRestServer} serves. */
export interface RestServerOptions {
  readonly clusters?: Partial<ServiceImpl<typeof VClusterService>>;
  readonly operations?: Partial<ServiceImpl<typeof OperationService>>;
  readonly interceptors?: Interceptor[];
  readonly maxBodyBytes?: number;
}

/** A server with the REST door alone. */
export interface RestServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the services over HTTP/1.1 and HTTP/2 on one free port; methods without an implementation are UNIMPLEMENTED. */
export async function startRestServer(options: RestServerOptions): Promise<RestServer> {
  const router = createConnectRouter({ interceptors: options.interceptors ?? [] })
    .service(VClusterService, options.clusters ?? {})
    .service(SnapshotService, {})
    .service(OperationService, options.operations ?? {});
  const origins = createOrigins();
  const door = createRestDoor({
    services: [VClusterService, SnapshotService, OperationService],
    transport: createLocalTransport(router),
    maxBodyBytes: options.maxBodyBytes ?? 64 * 1024,
    entrance: openEntrance(origins),
    toConnectError,
  });
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    limits: DEFAULT_LIMITS,
    serve: (request, response) => {
      const isKnown = origins.run(request, () => door(request, response));
      if (!isKnown) answerText(response, 418, "Another door");
    },
    logger: createLogger({ level: "error" }),
    clock: systemClock,
  });
  return { port: server.address.port, close: () => server.close(0) };
}

/** Lets everybody in. */
function openEntrance(origins: Origins): Entrance {
  const none = { write: () => Promise.resolve(), close: () => Promise.resolve() };
  const runtime = {
    clock: systemClock,
    logger: createRecordingLogger(),
    metrics: createMetrics({ prefix: "" }),
    tracing: createTracing({ endpoint: undefined, serviceName: "test", instanceName: "test" }),
  };
  const plenty = 1_000_000;
  return createEntrance({
    ...runtime,
    origins,
    authenticate: () => Promise.resolve(ANONYMOUS),
    limits: {
      rateLimitPerSecond: plenty,
      rateLimitBurst: plenty,
      maxConcurrentCalls: plenty,
      maxCallsPerCaller: plenty,
      maxStreams: plenty,
      maxStreamsPerCaller: plenty,
    },
    audit: createAudit({ sink: none, ...runtime }),
  });
}

/** As the facade tells failures, without what these tests do not look at. */
function toConnectError({ kind, reason, message, violations }: Failure): ConnectError {
  const codes: Partial<Record<Failure["kind"], Code>> = {
    invalid: Code.InvalidArgument,
    notFound: Code.NotFound,
  };
  return new ConnectError(message, codes[kind] ?? Code.Internal, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: "openvcluster.io" } },
    { desc: BadRequestSchema, value: { fieldViolations: [...violations] } },
  ]);
}
