import { createConnection } from "node:net";
import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";

/** Where a store is and how to prove who asks. */
export interface KvEndpoint {
  /** `https://HOST:PORT`, `http://HOST:PORT`, or `unix:///PATH` of kine's socket. */
  readonly url: string;
  /** PEM. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

export interface KvConnection {
  readonly transport: Transport;
  close(): void;
}

/** Larger answers are refused before they are read: a page of values must not fill the memory. */
const READ_MAX_BYTES = 32 << 20;
const CALL_TIMEOUT_MS = 120_000;
const UNIX = "unix://";

/** A gRPC transport with one HTTP/2 connection, which is opened by the first call. */
export function connectEndpoint({ url, tls }: KvEndpoint): KvConnection {
  const isSocket = url.startsWith(UNIX);
  const baseUrl = isSocket ? "http://localhost" : url;
  const sessions = new Http2SessionManager(baseUrl, undefined, {
    ...tls,
    ...(isSocket ? { createConnection: () => createConnection(url.slice(UNIX.length)) } : {}),
  });
  const transport = createGrpcTransport({
    baseUrl,
    sessionManager: sessions,
    readMaxBytes: READ_MAX_BYTES,
    defaultTimeoutMs: CALL_TIMEOUT_MS,
    acceptCompression: [],
  });
  return {
    transport,
    close: () => {
      sessions.abort();
    },
  };
}
