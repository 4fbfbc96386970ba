import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createTracing, type Tracing } from "./tracing.ts";

const PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status?: { readonly message?: string };
}

describe("tracing to a collector", () => {
  let collector: Server;
  let spans: SentSpan[];
  let tracing: Tracing;

  beforeEach(async () => {
    spans = [];
    collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        spans.push(...spansOf(Buffer.concat(chunks).toString("utf8")));
        response.end("{}");
      });
    }).listen(0, "127.0.0.1");
    await once(collector, "listening");
    const { port } = collector.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${String(port)}`;
    tracing = createTracing({ endpoint, serviceName: "test", instanceName: "test-0" });
  });
  afterEach(() => {
    collector.close();
  });

  it("joins the caller's trace, and spans inside join theirs", async () => {
    const outer = tracing.start({ name: "outer", parent: PARENT });
    await outer.run(() => tracing.inside({ name: "inner" }, () => Promise.resolve()));
    await tracing.inside({ name: "of nothing" }, () => Promise.resolve());
    outer.end({ code: "OK" });
    await tracing.close();
    const [inner, parent] = spans;
    expect([inner?.name, parent?.name]).toEqual(["inner", "outer"]);
    expect(parent?.parentSpanId).toBe("b7ad6b7169203331");
    expect(inner?.parentSpanId).toBe(parent?.spanId);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(
      new Set(["0af7651916cd43dd8448eb211c80319c"]),
    );
    expect(outer.traceparent).toBe(
      `00-0af7651916cd43dd8448eb211c80319c-${parent?.spanId ?? ""}-01`,
    );
  });

  it("marks what failed and passes the error on", async () => {
    const failing = tracing.around({ name: "failing" }, () => Promise.reject(new TypeError("no")));
    await expect(failing).rejects.toThrow("no");
    await tracing.close();
    expect(spans[0]?.status?.message).toBe("TypeError");
  });

  it("obeys a caller that does not want to be sampled", async () => {
    tracing.start({ name: "unwanted", parent: PARENT.replace(/01$/, "00") }).end();
    await tracing.close();
    expect(spans).toEqual([]);
  });
});

describe("tracing without a collector", () => {
  const tracing = createTracing({ endpoint: undefined, serviceName: "test", instanceName: "t" });

  it.each([
    [PARENT, PARENT],
    ["00-00000000000000000000000000000000-b7ad6b7169203331-01", undefined],
    ["garbage", undefined],
    [undefined, undefined],
  ])("carries %j on as %j", (parent, expected) => {
    expect(tracing.start({ name: "any", parent }).traceparent).toBe(expected);
  });
});

function spansOf(text: string): readonly SentSpan[] {
  const body = JSON.parse(text) as {
    readonly resourceSpans: readonly {
      readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
    }[];
  };
  return body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
}
