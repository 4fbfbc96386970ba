import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** A span as OTLP sends it in JSON. */
export interface ExportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent or empty where it begins the trace in this process. */
  readonly parentSpanId?: string;
  readonly name: string;
}

interface Export {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[];
  }[];
}

/** Takes traces by OTLP over HTTP. */
export interface Collector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  /** Spans of a trace so far. */
  spansOf(traceId: string): readonly ExportedSpan[];
  close(): void;
}

/** Starts a collector on a free port of the loopback. */
export async function startCollector(): Promise<Collector> {
  const spans: ExportedSpan[] = [];
  const take = async (request: IncomingMessage): Promise<void> => {
    const { resourceSpans } = (await json(request)) as Export;
    spans.push(
      ...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
  };
  const server = createServer((request, response) => {
    take(request).then(
      () => response.writeHead(200, { "content-type": "application/json" }).end("{}"),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
    spansOf: (traceId) => spans.filter((span) => span.traceId === traceId),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
