import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Dispatcher, request } from "undici";
import type { KubeConnection } from "../kube/connection.ts";

/** What the proxy does to one request instead of passing it on unharmed. */
export type Fault =
  | { readonly kind: "reset" }
  | { readonly kind: "stall" }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    };

/** A request as the proxy saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly isWatch: boolean;
  readonly atMs: number;
}

/** A plain HTTP proxy before a real API server, with faults at the flip of a switch. */
export interface FaultyProxy {
  /** Base URL. */
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Does this to the next `times` requests that match. */
  failNext(matches: (request: SeenRequest) => boolean, fault: Fault, times?: number): void;
  /** Faults of the watches that are open now. */
  readonly watches: {
    count(): number;
    /** TCP reset. */
    reset(): void;
    /** A clean end. */
    end(): void;
    /** Text that the server never said. */
    inject(text: string): void;
    /** The first half of the next chunk, then a clean end. */
    truncateNext(): void;
    /** Nothing any more, with the connection left open. */
    stall(): void;
  };
  /** From now on nothing is answered, as by a stopped server; `resume` ends it. */
  stop(): void;
  resume(): void;
  /** Closes every connection of clients. */
  dropConnections(): void;
  close(): Promise<void>;
}

interface OpenWatch {
  readonly response: ServerResponse;
  mode: "pass" | "truncate" | "stall";
}

interface Rule {
  readonly matches: (request: SeenRequest) => boolean;
  readonly fault: Fault;
  left: number;
}

/** Starts a proxy on a free port of the loopback; it does not own the connection. */
export async function startFaultyProxy(upstream: KubeConnection): Promise<FaultyProxy> {
  const seen: SeenRequest[] = [];
  const rules: Rule[] = [];
  const watches = new Set<OpenWatch>();
  let stopped: PromiseWithResolvers<undefined> | undefined;

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => {
      response.destroy();
    });
  });

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? "/", "http://proxy");
    const method = incoming.method ?? "GET";
    const isWatch = url.searchParams.get("watch") === "true";
    const entry: SeenRequest = { method, url, isWatch, atMs: performance.now() };
    seen.push(entry);
    const body = await readAll(incoming);
    await stopped?.promise;
    const rule = rules.find((candidate) => candidate.left > 0 && candidate.matches(entry));
    if (rule !== undefined) {
      rule.left -= 1;
      harm(rule.fault, response);
      return;
    }
    await pass({ method, url, isWatch, body, headers: incoming.headers, response });
  };

  const pass = async (call: PassedCall): Promise<void> => {
    const { response } = call;
    const abort = new AbortController();
    response.once("close", () => {
      abort.abort();
    });
    const answer = await forward(upstream, call, abort.signal);
    response.writeHead(answer.statusCode, { "content-type": "application/json" });
    response.flushHeaders();
    const watch: OpenWatch = { response, mode: "pass" };
    if (call.isWatch) watches.add(watch);
    try {
      await copy(answer.body, watch);
    } finally {
      watches.delete(watch);
    }
  };

  const copy = async (body: AsyncIterable<Uint8Array>, watch: OpenWatch): Promise<void> => {
    for await (const chunk of body) {
      await stopped?.promise;
      if (watch.mode === "stall") continue;
      if (watch.mode === "truncate") {
        watch.response.end(chunk.subarray(0, Math.ceil(chunk.byteLength / 2)));
        return;
      }
      watch.response.write(chunk);
    }
    if (watch.mode !== "stall") watch.response.end();
  };

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const each = (action: (watch: OpenWatch) => void): void => {
    for (const watch of watches) action(watch);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    failNext: (matches, fault, times = 1) => {
      rules.push({ matches, fault, left: times });
    },
    watches: {
      count: () => watches.size,
      reset: () => {
        each(({ response }) => response.socket?.resetAndDestroy());
      },
      end: () => {
        each(({ response }) => response.end());
      },
      inject: (text) => {
        each(({ response }) => response.write(text));
      },
      truncateNext: () => {
        each((watch) => {
          watch.mode = "truncate";
        });
      },
      stall: () => {
        each((watch) => {
          watch.mode = "stall";
        });
      },
    },
    stop: () => {
      stopped ??= Promise.withResolvers();
    },
    resume: () => {
      stopped?.resolve(undefined);
      stopped = undefined;
    },
    dropConnections: () => {
      server.closeAllConnections();
    },
    close: async () => {
      stopped?.resolve(undefined);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface PassedCall {
  readonly method: string;
  readonly url: URL;
  readonly isWatch: boolean;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
  readonly response: ServerResponse;
}

async function forward(
  upstream: KubeConnection,
  call: PassedCall,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const grant = await upstream.grant();
  const contentType = call.headers["content-type"];
  return await request(`${grant.server}${call.url.pathname}${call.url.search}`, {
    dispatcher: grant.dispatcher,
    method: call.method,
    headers: {
      ...grant.headers,
      accept: call.headers.accept ?? "application/json",
      ...(contentType === undefined ? {} : { "content-type": contentType }),
    },
    body: call.body === "" ? null : call.body,
    signal,
  });
}

/** Answers the request with a fault. */
function harm(fault: Fault, response: ServerResponse): void {
  switch (fault.kind) {
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "stall":
      return;
    case "answer":
      response.writeHead(fault.status, fault.headers).end(fault.body);
  }
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString("utf8");
}
