import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { OperationService, SnapshotService, VClusterService } from "@open-vcluster/api";

/** A gRPC client of the API, on one connection. */
export interface Caller {
  readonly vclusters: Client<typeof VClusterService>;
  readonly operations: Client<typeof OperationService>;
  readonly snapshots: Client<typeof SnapshotService>;
  close(): void;
}

/** Opens a client for a port of the loopback. */
export function openCaller(port: number, token: string): Caller {
  return openCallerAt(`http://127.0.0.1:${String(port)}`, token);
}

/** Opens a client for a base URL; it notices within seconds that nobody is at the other end any more. */
export function openCallerAt(baseUrl: string, token: string): Caller {
  const pings = { pingIntervalMs: 2_000, pingTimeoutMs: 2_000 };
  const sessionManager = new Http2SessionManager(baseUrl, pings);
  const authorised: Interceptor = (next) => (request) => {
    request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  const transport = createGrpcTransport({ baseUrl, sessionManager, interceptors: [authorised] });
  return {
    vclusters: createClient(VClusterService, transport),
    operations: createClient(OperationService, transport),
    snapshots: createClient(SnapshotService, transport),
    close: () => {
      sessionManager.abort();
    },
  };
}
