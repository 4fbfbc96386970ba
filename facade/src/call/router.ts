import { type ConnectRouter, createConnectRouter } from "@connectrpc/connect";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { ERROR_REGISTRY } from "@open-vcluster/api";
import type { Clock } from "@open-vcluster/runtime";
import { createGate } from "./gate.ts";
import { createCallInterceptor } from "./interceptor.ts";
import type { Receive } from "./reception.ts";
import type { Visits } from "./visits.ts";

/** What surrounds every call. */
export interface CallRouterDeps {
  readonly receive: Receive;
  readonly visits: Visits;
  readonly maxRequestBytes: number;
  readonly deadlineMaxMs: number;
  /** Age of what reads are answered from, milliseconds; undefined while it is up to date. */
  readonly cacheAgeMs: () => number | undefined;
  /** Ends every open stream. */
  readonly closing: AbortSignal;
  readonly clock: Clock;
}

/** Creates the router for Connect, gRPC and gRPC-web; what is added to it is surrounded. */
export function createCallRouter(deps: CallRouterDeps): ConnectRouter {
  return createConnectRouter({
    requestGate: createGate(deps.receive, deps.visits),
    interceptors: [createCallInterceptor(deps)],
    readMaxBytes: deps.maxRequestBytes,
    acceptCompression: [compressionGzip, compressionBrotli],
    jsonOptions: { ignoreUnknownFields: false, registry: ERROR_REGISTRY },
  });
}
