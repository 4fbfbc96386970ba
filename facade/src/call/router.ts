import { type ConnectRouter, createConnectRouter } from "@connectrpc/connect";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { ERROR_REGISTRY } from "@open-vcluster/api";
import type { Clock, Logger, Metrics, Tracing } from "@open-vcluster/runtime";
import type { Audit } from "../audit/audit.ts";
import type { Authenticate } from "../identity/authenticate.ts";
import { type AdmissionLimits, createAdmission } from "./admission.ts";
import { createGate } from "./gate.ts";
import { createCallInterceptor } from "./interceptor.ts";
import type { Origins } from "./origin.ts";
import { createRecords } from "./record.ts";

/** What surrounds every call. */
export interface CallRouterDeps {
  readonly origins: Origins;
  readonly authenticate: Authenticate;
  readonly limits: AdmissionLimits;
  readonly maxRequestBytes: number;
  readonly deadlineMaxMs: number;
  /** Age of what reads are answered from, milliseconds; undefined while it is up to date. */
  readonly cacheAgeMs: () => number | undefined;
  /** Ends every open stream. */
  readonly closing: AbortSignal;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/** Creates the router for Connect, gRPC and gRPC-web; what is added to it is surrounded. */
export function createCallRouter(deps: CallRouterDeps): ConnectRouter {
  const gate = createGate({
    origins: deps.origins,
    authenticate: deps.authenticate,
    admission: createAdmission(deps.limits, deps),
    audit: deps.audit,
    open: createRecords(deps),
  });
  return createConnectRouter({
    requestGate: gate,
    interceptors: [createCallInterceptor(deps)],
    readMaxBytes: deps.maxRequestBytes,
    acceptCompression: [compressionGzip, compressionBrotli],
    jsonOptions: { ignoreUnknownFields: false, registry: ERROR_REGISTRY },
  });
}
