import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Failure } from "../failure.ts";
import type { Metrics } from "./metrics.ts";

/** Answers `true`, or a sentence that says what is missing. */
export type HealthCheck = () => true | string;

/** Checks by name. */
export type HealthChecks = Readonly<Record<string, HealthCheck>>;

/** Options of {@link startHealthServer}. */
export interface HealthOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly metrics: Metrics;
  /** What must hold, or the process should be started anew. */
  readonly live: HealthChecks;
  /** What must hold before the process can do its work. */
  readonly ready: HealthChecks;
}

/** A running HTTP server for `/healthz`, `/readyz` and `/metrics`. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the server. Throws `unavailable` when it cannot listen. */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0];
    answer(path, response, options).catch(() => {
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const where = `${options.host}:${options.port}`;
      reject(
        new Failure(
          "unavailable",
          "ListenFailed",
          `Cannot listen on ${where}; choose another port`,
          {
            cause,
          },
        ),
      );
    });
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(
  path: string | undefined,
  response: ServerResponse,
  options: HealthOptions,
): Promise<void> {
  if (path === "/healthz") {
    sendChecks(response, options.live);
  } else if (path === "/readyz") {
    sendChecks(response, options.ready);
  } else if (path === "/metrics") {
    const text = await options.metrics.text();
    response.writeHead(200, { "content-type": options.metrics.contentType }).end(text);
  } else {
    response.writeHead(404).end();
  }
}

function sendChecks(response: ServerResponse, checks: HealthChecks): void {
  const { status, text } = answerChecks(checks);
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}

/** Runs checks; a status and a text for whoever asked over HTTP: 200, or 503 with what is missing. */
export function answerChecks(checks: HealthChecks): {
  readonly status: 200 | 503;
  readonly text: string;
} {
  const results = Object.entries(checks).map(([name, check]) => [name, check()] as const);
  const isFine = results.every(([, result]) => result === true);
  const lines = results.map(([name, result]) =>
    result === true ? `[+] ${name} ok` : `[-] ${name}: ${result}`,
  );
  return {
    status: isFine ? 200 : 503,
    text: `${[...lines, isFine ? "ok" : "not ok"].join("\n")}\n`,
  };
}
