import { type ConnectRouter, createConnectRouter, type Transport } from "@connectrpc/connect";
import { createUniversalHandlerClient } from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import type { Clock, Logger, Metrics } from "@open-vcluster/runtime";
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
  /** Ends every open stream. */
  readonly closing: AbortSignal;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
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
    jsonOptions: { ignoreUnknownFields: false },
  });
}

/** Calls the router without a network; for doors that translate another form of the same calls. */
export function createLocalTransport(router: ConnectRouter): Transport {
  return createTransport({
    httpClient: createUniversalHandlerClient(router.handlers),
    baseUrl: "https://in-memory",
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: Number.MAX_SAFE_INTEGER,
    readMaxBytes: LARGEST,
    writeMaxBytes: LARGEST,
  });
}

/** The most that the protocol can say. */
const LARGEST = 0xffffffff;
