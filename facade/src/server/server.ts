import { once } from "node:events";
import {
  createServer as createHttp1Server,
  type ServerOptions as Http1Options,
  type Server as Http1Server,
} from "node:http";
import {
  createServer as createHttp2Server,
  createSecureServer,
  type ServerOptions as Http2Options,
  type Http2SecureServer,
  type Http2Server,
  type SecureServerOptions,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo, Server as NetServer, Socket } from "node:net";
import { type Clock, Failure, type Logger } from "@open-vcluster/runtime";
import type { DoorRequest, DoorResponse } from "./door.ts";
import type { ServerLimits } from "./limits.ts";
import { peek } from "./peek.ts";
import { limitBodyTime } from "./request-timer.ts";
import { readTls, type TlsFiles, type TlsMaterial } from "./tls.ts";
import { followTls } from "./tls-reload.ts";

/** Options of {@link startServer}. */
export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Absent: plain text, HTTP/2 by prior knowledge. */
  readonly tls?: TlsFiles | undefined;
  /** How often the TLS files are read again; default 10 000 ms, as often as the kubelet could change them with a margin. */
  readonly tlsIntervalMs?: number | undefined;
  readonly limits: ServerLimits;
  /** Serves every request of both HTTP versions; must not throw. */
  readonly serve: (request: DoorRequest, response: DoorResponse) => void;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A server on one port for HTTP/1.1 and HTTP/2. */
export interface RunningServer {
  readonly address: AddressInfo;
  /** Open connections. */
  connections(): number;
  /**
   * Takes no more connections and requests, lets running ones end for at most `graceMs`, then closes every connection.
   */
  close(graceMs: number): Promise<void>;
}

/** Starts the server. Throws `unavailable` when it cannot listen, `invalid` when the TLS files cannot be used. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const stop = new AbortController();
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<Socket>();
  const listener = await createListener(options, sessions, stop.signal);
  listener.maxConnections = options.limits.maxConnections;
  listener.on("drop", () => {
    options.logger.warn({ max: options.limits.maxConnections }, "Too many connections");
  });
  listener.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await listen(listener, options);
  return {
    address: listener.address() as AddressInfo,
    connections: () => sockets.size,
    close: async (graceMs) => {
      const closed = once(listener, "close");
      stop.abort();
      listener.close();
      // GOAWAY: no new requests; the session ends with its last stream.
      for (const session of sessions) session.close();
      const cancel = options.clock.after(graceMs, () => {
        for (const socket of sockets) socket.destroy();
      });
      await closed;
      cancel();
      await Promise.all([...sockets].map(closeOf));
    },
  };
}

function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => {
      resolve();
    });
  });
}

async function listen(server: NetServer, { host, port }: ServerOptions): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    throw new Failure(
      "unavailable",
      "ListenFailed",
      `Cannot listen on ${host}:${port}; choose another port`,
      { cause },
    );
  }
}

async function createListener(
  options: ServerOptions,
  sessions: Set<ServerHttp2Session>,
  signal: AbortSignal,
): Promise<NetServer> {
  const { tls, limits } = options;
  const serve = serveUntil(signal, options);
  if (tls === undefined) return createPlainServer(options, sessions, serve);
  const first = await readTls(tls);
  const server = createSecureServer(secureOptions(first, tls, limits), serve);
  limitHttp1(server as unknown as Http1Server, limits);
  follow(server, sessions, limits);
  const deps = {
    clock: options.clock,
    logger: options.logger,
    intervalMs: options.tlsIntervalMs ?? 10_000,
  };
  const change = (material: TlsMaterial): void => {
    server.setSecureContext(material.context);
  };
  void followTls(tls, first, change, { deps, signal });
  return server;
}

type Serve = (request: DoorRequest, response: DoorResponse) => void;

/** Bounds each request; once the server closes, an HTTP/1.1 connection ends with the answer that is being given. */
function serveUntil(signal: AbortSignal, { serve, limits }: ServerOptions): Serve {
  return (request, response) => {
    limitBodyTime(request, limits.requestTimeoutMs);
    if (request.httpVersionMajor === 1) endWithAnswer(request, response, signal);
    serve(request, response);
  };
}

function endWithAnswer(request: DoorRequest, response: DoorResponse, signal: AbortSignal): void {
  const announce = (): void => {
    if (!response.headersSent) response.setHeader("connection", "close");
  };
  if (signal.aborted) announce();
  else signal.addEventListener("abort", announce, { once: true });
  response.once("close", () => {
    signal.removeEventListener("abort", announce);
    if (signal.aborted) request.socket.end();
  });
}

function createPlainServer(
  options: ServerOptions,
  sessions: Set<ServerHttp2Session>,
  serve: Serve,
): Http1Server {
  const { limits } = options;
  const http2 = createHttp2Server(http2Options(limits), serve);
  follow(http2, sessions, limits);
  const server = createHttp1Server(http1Options(limits), serve);
  limitHttp1(server, limits);
  // The HTTP/1.1 server listens, for its own limits count from there; what it does with a socket waits for the peek.
  const serveHttp1 = server.listeners("connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket) => {
    peek(socket, limits.headerTimeoutMs, (isHttp2) => {
      if (isHttp2) {
        // HTTP/1.1 servers keep sockets half open; an HTTP/2 client that ends its half is gone.
        socket.allowHalfOpen = false;
        http2.emit("connection", socket);
      } else for (const listener of serveHttp1) Reflect.apply(listener, server, [socket]);
    });
  });
  return server;
}

function http1Options(limits: ServerLimits): Http1Options {
  return {
    maxHeaderSize: limits.maxHeaderBytes,
    // How often Node.js looks for connections that are too slow.
    connectionsCheckingInterval: Math.min(5_000, limits.headerTimeoutMs),
  };
}

function limitHttp1(server: Http1Server, limits: ServerLimits): void {
  server.headersTimeout = limits.headerTimeoutMs;
  server.requestTimeout = limits.requestTimeoutMs;
  server.keepAliveTimeout = limits.idleTimeoutMs;
}

function http2Options(limits: ServerLimits): Http2Options {
  return {
    settings: {
      maxConcurrentStreams: limits.maxStreamsPerConnection,
      maxHeaderListSize: limits.maxHeaderBytes,
    },
    // In MB: the fallback of 10 refuses streams long before their number does.
    maxSessionMemory: 64,
  };
}

function secureOptions(
  material: TlsMaterial,
  tls: TlsFiles,
  limits: ServerLimits,
): SecureServerOptions {
  return {
    ...http2Options(limits),
    ...material.context,
    allowHTTP1: true,
    ...http1Options(limits),
    handshakeTimeout: limits.headerTimeoutMs,
    // Whoever has no certificate may have a token; one that is presented must be good.
    ...(tls.clientCaFile === undefined ? {} : { requestCert: true, rejectUnauthorized: false }),
  };
}

/** Keeps the set of sessions and closes those on which nothing happens. */
function follow(
  server: Http2Server | Http2SecureServer,
  sessions: Set<ServerHttp2Session>,
  limits: ServerLimits,
): void {
  server.on("session", (session: ServerHttp2Session) => {
    let streams = 0;
    // Not the session's own timer: a long call is silent too, and a header that never ends is not.
    const idle = setTimeout(() => {
      if (streams > 0) return;
      if (session.closed) session.destroy();
      else session.close();
      idle.refresh();
    }, limits.idleTimeoutMs);
    sessions.add(session);
    session.once("close", () => {
      clearTimeout(idle);
      sessions.delete(session);
    });
    session.on("stream", (stream) => {
      streams += 1;
      stream.once("close", () => {
        streams -= 1;
        if (streams === 0) idle.refresh();
      });
    });
  });
}
