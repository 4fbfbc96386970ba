import { connect as connectHttp2 } from "node:http2";
import { connect as connectTcp } from "node:net";
import { text } from "node:stream/consumers";
import {
  Code,
  ConnectError,
  createClient,
  type ServiceImpl,
  type Transport,
} from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { afterEach, describe, expect, it } from "@jest/globals";
import { ErrorInfoSchema, RetryInfoSchema, VClusterService } from "@open-vcluster/api";
import {
  createMetrics,
  createTracing,
  Failure,
  type Metrics,
  systemClock,
} from "@open-vcluster/runtime";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "@open-vcluster/runtime/testing/recording-logger";
import { until } from "@open-vcluster/runtime/testing/until";
import { createAudit } from "../audit/audit.ts";
import type { Authenticate } from "../identity/authenticate.ts";
import { unauthenticated } from "../identity/unauthenticated.ts";
import { createRestDoor } from "../rest/rest-door.ts";
import { serveDoors } from "../server/doors.ts";
import { DEFAULT_LIMITS } from "../server/limits.ts";
import { createLostDoor } from "../server/lost-door.ts";
import { createRpcDoor } from "../server/rpc-door.ts";
import { type RunningServer, startServer } from "../server/server.ts";
import type { AdmissionLimits } from "./admission.ts";
import { callOf } from "./call.ts";
import { createEntrance, type EntranceDeps } from "./entrance.ts";
import { messageError } from "./fault.ts";
import { createLocalTransport } from "./local-transport.ts";
import { createOrigins } from "./origin.ts";
import { type CallRouterDeps, createCallRouter } from "./router.ts";

const PATIENCE_MS = 10_000;
const LIMITS: AdmissionLimits = {
  rateLimitPerSecond: 1_000,
  rateLimitBurst: 1_000,
  maxConcurrentCalls: 100,
  maxCallsPerCaller: 100,
  maxStreams: 100,
  maxStreamsPerCaller: 100,
};

interface Api {
  readonly url: string;
  readonly server: RunningServer;
  readonly audit: Record<string, unknown>[];
  readonly logger: RecordingLogger;
  readonly metrics: Metrics;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Bearer tokens are the callers' names. */
const byName: Authenticate = (header) => {
  const name = header.get("authorization")?.replace("Bearer ", "");
  if (name === undefined) return Promise.reject(unauthenticated("Credentials are missing"));
  return Promise.resolve({ name, groups: ["devs"], extra: {}, via: "token" });
};

async function serve(
  service: Partial<ServiceImpl<typeof VClusterService>>,
  options: Partial<CallRouterDeps & EntranceDeps> = {},
): Promise<Api> {
  const logger = createRecordingLogger();
  const metrics = createMetrics({ prefix: "" });
  const audit: Record<string, unknown>[] = [];
  const origins = createOrigins();
  const sink = {
    write: (lines: string) => {
      for (const line of lines.trimEnd().split("\n")) {
        audit.push(JSON.parse(line) as Record<string, unknown>);
      }
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  const entrance = createEntrance({
    origins,
    authenticate: byName,
    limits: LIMITS,
    audit: createAudit({ sink, clock: systemClock, logger, metrics }),
    clock: systemClock,
    logger,
    metrics,
    tracing: createTracing({ endpoint: undefined, serviceName: "facade", instanceName: "facade" }),
    ...options,
  });
  const router = createCallRouter({
    ...entrance,
    clock: systemClock,
    maxRequestBytes: 65_536,
    deadlineMaxMs: 60_000,
    cacheAgeMs: () => undefined,
    closing: new AbortController().signal,
    ...options,
  });
  router.service(VClusterService, service);
  const rest = createRestDoor({
    services: [VClusterService],
    transport: createLocalTransport(router),
    maxBodyBytes: 65_536,
    entrance,
    toConnectError: messageError,
  });
  const rpc = createRpcDoor(router, { ...entrance, logger });
  const doors = [rpc, rest, createLostDoor(entrance.refuseStray)];
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    limits: DEFAULT_LIMITS,
    serve: serveDoors({
      doors: doors.map(
        (door) => (request, response) => origins.run(request, () => door(request, response)),
      ),
      corsOrigins: ["https://console.example"],
      isTls: false,
      logger,
    }),
    logger,
    clock: systemClock,
  });
  stops.push(() => server.close(0));
  return { url: `http://127.0.0.1:${server.address.port}`, server, audit, logger, metrics };
}

const PROTOCOLS: readonly (readonly [string, (baseUrl: string) => Transport])[] = [
  [
    "Connect JSON",
    (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: false }),
  ],
  ["Connect", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" })],
  ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
  ["gRPC-web", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
];

const as = (name: string) => ({ headers: { authorization: `Bearer ${name}` } });
const clientOf = ({ url }: Api) =>
  createClient(VClusterService, createConnectTransport({ baseUrl: url, httpVersion: "1.1" }));

async function errorOf(promise: Promise<unknown>): Promise<ConnectError> {
  return promise.then(
    () => {
      throw new Error("The call did not fail");
    },
    (error: unknown) => ConnectError.from(error),
  );
}

const reasonOf = (error: ConnectError) => error.findDetails(ErrorInfoSchema)[0]?.reason;

async function audited(api: Api, count: number): Promise<readonly Record<string, unknown>[]> {
  await until(
    () => api.audit.length >= count,
    PATIENCE_MS,
    () => `${api.audit.length} lines of ${count}: ${JSON.stringify(api.audit)}`,
  );
  return api.audit;
}

/** Posts JSON in the Connect protocol. */
async function post(
  api: Api,
  method: string,
  body: string | Uint8Array,
  type = "application/json",
) {
  const response = await fetch(`${api.url}/vcluster.api.v1.VClusterService/${method}`, {
    method: "POST",
    headers: { "content-type": type, authorization: "Bearer alice" },
    body: body as never,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe.each(PROTOCOLS)("a call by %s", (_, transportOf) => {
  it("knows its caller, and leaves one line of audit with what the handler noted", async () => {
    const api = await serve({
      getVCluster: ({ name }, context) => {
        const call = callOf(context);
        call.note({ resource: `a/${name}`, operationId: "op-1" });
        return { vcluster: { name: call.principal.name } };
      },
    });
    const client = createClient(VClusterService, transportOf(api.url));
    const answer = await client.getVCluster({ name: "demo" }, as("alice"));
    expect(answer.vcluster?.name).toBe("alice");
    expect(await audited(api, 1)).toEqual([
      {
        time: expect.stringMatching(/Z$/),
        stage: "end",
        id: expect.any(String),
        principal: "alice",
        groups: ["devs"],
        via: "token",
        method: "vcluster.api.v1.VClusterService/GetVCluster",
        resource: "a/demo",
        operationId: "op-1",
        decision: "allowed",
        code: "OK",
        durationMs: expect.any(Number),
        source: "127.0.0.1",
      },
    ]);
    expect(await api.metrics.text()).toContain(
      'rpc_total{method="vcluster.api.v1.VClusterService/GetVCluster",code="OK"} 1',
    );
  });

  it("says how old the answer may be while the host cluster cannot be followed, and else nothing", async () => {
    let ageMs: number | undefined = 61_500;
    const api = await serve({ getVCluster: () => ({}) }, { cacheAgeMs: () => ageMs });
    const client = createClient(VClusterService, transportOf(api.url));
    const ageTold = async (): Promise<string | null> => {
      const told = Promise.withResolvers<string | null>();
      const onHeader = (header: Headers): void => {
        told.resolve(header.get("openvcluster-cache-age"));
      };
      await client.getVCluster({}, { ...as("alice"), onHeader });
      return told.promise;
    };
    expect(await ageTold()).toBe("61");
    ageMs = undefined;
    expect(await ageTold()).toBeNull();
  });

  it("needs credentials, and is then audited without a caller", async () => {
    const api = await serve({ getVCluster: () => ({}) });
    const client = createClient(VClusterService, transportOf(api.url));
    const error = await errorOf(client.getVCluster({ name: "demo" }));
    expect([error.code, reasonOf(error)]).toEqual([Code.Unauthenticated, "UNAUTHENTICATED"]);
    const [line] = await audited(api, 1);
    expect(line).toMatchObject({ code: "UNAUTHENTICATED", decision: "denied" });
    expect(line).not.toHaveProperty("principal");
  });

  it("tells failures with their details and nothing of what nobody foresaw", async () => {
    const api = await serve({
      getVCluster: ({ name }) => {
        if (name === "odd") throw new Error("password=hunter2");
        throw new Failure("denied", "PermissionDenied", "You may not get it");
      },
    });
    const client = createClient(VClusterService, transportOf(api.url));
    const denied = await errorOf(client.getVCluster({ name: "demo" }, as("alice")));
    expect([denied.code, reasonOf(denied), denied.rawMessage]).toEqual([
      Code.PermissionDenied,
      "PERMISSION_DENIED",
      "You may not get it",
    ]);
    const odd = await errorOf(client.getVCluster({ name: "odd" }, as("alice")));
    expect([odd.code, reasonOf(odd)]).toEqual([Code.Internal, "INTERNAL_ERROR"]);
    expect(JSON.stringify([odd.rawMessage, odd.details, [...odd.metadata]])).not.toContain(
      "hunter2",
    );
    expect((await audited(api, 2)).map((line) => line["code"])).toEqual([
      "PERMISSION_DENIED",
      "INTERNAL",
    ]);
    expect(api.logger.lines.filter((line) => line.level === "error")).toHaveLength(1);
  });

  it("ends at the client's deadline, with its handler", async () => {
    const aborted = Promise.withResolvers<unknown>();
    const api = await serve({
      getVCluster: async (_request, { signal }) => {
        await systemClock.sleep(PATIENCE_MS, signal).catch(aborted.resolve);
        signal.throwIfAborted();
        return {};
      },
    });
    const client = createClient(VClusterService, transportOf(api.url));
    const error = await errorOf(client.getVCluster({}, { ...as("alice"), timeoutMs: 100 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
    await aborted.promise;
    // Whichever is seen first: the deadline, or that the client left because of it.
    const [line] = await audited(api, 1);
    expect(["DEADLINE_EXCEEDED", "CANCELLED"]).toContain(line?.["code"]);
  });

  it("ends when the client gives up, with its handler", async () => {
    const begun = Promise.withResolvers<undefined>();
    const api = await serve({
      getVCluster: async (_request, { signal }) => {
        begun.resolve(undefined);
        await systemClock.sleep(PATIENCE_MS, signal);
        return {};
      },
    });
    const client = createClient(VClusterService, transportOf(api.url));
    const stop = new AbortController();
    const error = errorOf(client.getVCluster({}, { ...as("alice"), signal: stop.signal }));
    await begun.promise;
    stop.abort();
    expect((await error).code).toBe(Code.Canceled);
    expect((await audited(api, 1))[0]).toMatchObject({ code: "CANCELLED" });
  });

  it("is refused beyond the caller's rate, with the time to wait; others are not", async () => {
    const limits = { ...LIMITS, rateLimitPerSecond: 1, rateLimitBurst: 2 };
    const api = await serve({ getVCluster: () => ({}) }, { limits });
    const client = createClient(VClusterService, transportOf(api.url));
    await client.getVCluster({}, as("alice"));
    await client.getVCluster({}, as("alice"));
    const error = await errorOf(client.getVCluster({}, as("alice")));
    expect([error.code, reasonOf(error)]).toEqual([Code.ResourceExhausted, "RATE_LIMITED"]);
    expect(error.findDetails(RetryInfoSchema)[0]?.retryDelay).toBeDefined();
    await client.getVCluster({}, as("bob"));
    expect(await api.metrics.text()).toContain('rpc_limited_total{reason="RateLimited"} 1');
  });

  it("is refused when its message is too large or cannot be read", async () => {
    const api = await serve({ getVCluster: () => ({}) });
    const client = createClient(VClusterService, transportOf(api.url));
    const error = await errorOf(client.getVCluster({ name: "a".repeat(70_000) }, as("alice")));
    expect([error.code, reasonOf(error)]).toEqual([Code.ResourceExhausted, "REQUEST_TOO_LARGE"]);
    expect((await audited(api, 1))[0]).toMatchObject({
      principal: "alice",
      code: "RESOURCE_EXHAUSTED",
    });
  });
});

describe("a message that cannot be decoded", () => {
  it("is refused with the path of each field that is wrong", async () => {
    const api = await serve({});
    const { status, body } = await post(
      api,
      "CreateVCluster",
      JSON.stringify({ name: 1, spec: { storage: { sizeOfIt: "1Gi" } } }),
    );
    expect(status).toBe(400);
    expect(body["code"]).toBe("invalid_argument");
    const error = body["details"] as { type: string; debug?: unknown }[];
    expect(JSON.stringify(error)).toContain("spec.storage.sizeOfIt");
    expect(body["message"]).toContain("spec.storage.sizeOfIt is unknown");
    expect((await audited(api, 1))[0]).toMatchObject({
      principal: "alice",
      code: "INVALID_ARGUMENT",
    });
  });

  it.each([
    ["JSON", "{", "application/json"],
    ["JSON", "[]", "application/json"],
    ["protobuf", new Uint8Array([0xff, 0xff, 0xff]), "application/proto"],
  ])("is the client's fault (%s)", async (_, message, type) => {
    const api = await serve({});
    const { status, body } = await post(api, "GetVCluster", message, type);
    expect([status, body["code"]]).toEqual([400, "invalid_argument"]);
    expect(await audited(api, 1)).toHaveLength(1);
  });

  it("is refused in gRPC too", async () => {
    const api = await serve({});
    const session = connectHttp2(api.url);
    const stream = session.request({
      ":method": "POST",
      ":path": "/vcluster.api.v1.VClusterService/GetVCluster",
      "content-type": "application/grpc",
      te: "trailers",
      authorization: "Bearer alice",
    });
    const trailers = new Promise<Record<string, unknown>>((resolve) => {
      stream.once("trailers", resolve);
      stream.once("response", (header) => {
        if (header["grpc-status"] !== undefined) resolve(header);
      });
    });
    stream.resume();
    stream.end(Buffer.from([0, 0, 0, 0, 3, 0xff, 0xff, 0xff]));
    const INVALID_ARGUMENT = "3";
    expect(await trailers).toMatchObject({ "grpc-status": INVALID_ARGUMENT });
    session.close();
  });

  it("does not harm the server when it has no host", async () => {
    const api = await serve({ getVCluster: () => ({}) });
    for (const head of ["HTTP/1.0\r\n", "HTTP/1.1\r\nhost: [\r\n", "HTTP/1.1\r\nhost: a b\r\n"]) {
      const socket = connectTcp(api.server.address.port, "127.0.0.1");
      socket.write(
        `POST /vcluster.api.v1.VClusterService/GetVCluster ${head}connection: close\r\n\r\n`,
      );
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 400/);
    }
    await clientOf(api).getVCluster({}, as("alice"));
  });
});

describe("calls together", () => {
  it("are limited in number, streams apart from the others and for each caller", async () => {
    const limits = {
      ...LIMITS,
      ...{ maxConcurrentCalls: 2, maxCallsPerCaller: 1 },
      ...{ maxStreams: 2, maxStreamsPerCaller: 1 },
    };
    const waiting = Promise.withResolvers<object>();
    let begun = 0;
    const api = await serve(
      {
        getVCluster: () => {
          begun += 1;
          return waiting.promise;
        },
        async *watchVCluster(_request, { signal }) {
          yield {};
          await systemClock.sleep(PATIENCE_MS * 10, signal);
        },
      },
      { limits },
    );
    const client = createClient(VClusterService, createGrpcTransport({ baseUrl: api.url }));
    const get = (name: string): Promise<object> => client.getVCluster({}, as(name));
    const first = get("alice");
    await until(() => Promise.resolve(begun === 1), PATIENCE_MS);
    const error = await errorOf(get("alice"));
    expect([error.code, reasonOf(error)]).toEqual([Code.ResourceExhausted, "TOO_MANY_CALLS"]);
    const second = get("bob");
    await until(() => Promise.resolve(begun === 2), PATIENCE_MS);
    expect(reasonOf(await errorOf(get("carol")))).toBe("TOO_MANY_CALLS");
    const stop = new AbortController();
    const watch = async (name: string): Promise<void> => {
      const messages = client.watchVCluster({}, { ...as(name), signal: stop.signal });
      await messages[Symbol.asyncIterator]().next();
    };
    await watch("alice");
    expect(reasonOf(await errorOf(watch("alice")))).toBe("TOO_MANY_STREAMS");
    await watch("bob");
    expect(reasonOf(await errorOf(watch("carol")))).toBe("TOO_MANY_STREAMS");
    waiting.resolve({});
    await Promise.all([first, second]);
    stop.abort();
    await until(
      async () => (await api.metrics.text()).includes('rpc_in_flight{type="stream"} 0'),
      PATIENCE_MS,
    );
    const again = new AbortController();
    const messages = client.watchVCluster({}, { ...as("carol"), signal: again.signal });
    expect((await messages[Symbol.asyncIterator]().next()).done).toBe(false);
    again.abort();
    await client.getVCluster({}, as("alice"));
  });

  it("are not made when they cannot be audited", async () => {
    const metrics = createMetrics({ prefix: "" });
    const logger = createRecordingLogger();
    const audit = createAudit({
      sink: { write: () => Promise.reject(new Error("disk full")), close: () => Promise.resolve() },
      clock: systemClock,
      logger,
      metrics,
      maxWaiting: 2,
    });
    let calls = 0;
    const api = await serve(
      {
        getVCluster: () => {
          calls += 1;
          return {};
        },
      },
      { audit },
    );
    const client = clientOf(api);
    await client.getVCluster({}, as("alice"));
    await client.getVCluster({}, as("alice"));
    const error = await errorOf(client.getVCluster({}, as("alice")));
    expect([error.code, reasonOf(error)]).toEqual([Code.Unavailable, "AUDIT_UNAVAILABLE"]);
    expect(calls).toBe(2);
    expect(audit.check()).not.toBe(true);
    const stopped = new AbortController();
    stopped.abort();
    await audit.close(stopped.signal);
  });
});

describe("a stream", () => {
  it("is audited when it starts and when it ends, and ends with UNAVAILABLE when the server closes", async () => {
    const closing = new AbortController();
    const api = await serve(
      {
        async *watchVCluster(_request, { signal }) {
          yield {};
          await systemClock.sleep(PATIENCE_MS * 10, signal).catch(() => undefined);
        },
      },
      { closing: closing.signal },
    );
    const client = createClient(VClusterService, createGrpcTransport({ baseUrl: api.url }));
    const messages = client.watchVCluster({}, as("alice"))[Symbol.asyncIterator]();
    await messages.next();
    expect((await audited(api, 1))[0]).toMatchObject({ stage: "start", principal: "alice" });
    expect(api.audit[0]).not.toHaveProperty("code");
    closing.abort(new ConnectError("The server closes", Code.Unavailable));
    const error = await errorOf(messages.next());
    expect([error.code, reasonOf(error)]).toEqual([Code.Unavailable, "SHUTTING_DOWN"]);
    expect((await audited(api, 2))[1]).toMatchObject({ stage: "end", code: "UNAVAILABLE" });
  });
});

describe("a unary call without a deadline", () => {
  it("gets ours", async () => {
    const api = await serve(
      {
        getVCluster: async (_request, { signal }) => {
          await systemClock.sleep(PATIENCE_MS, signal);
          return {};
        },
      },
      { deadlineMaxMs: 100 },
    );
    const error = await errorOf(clientOf(api).getVCluster({}, as("alice")));
    expect(error.code).toBe(Code.DeadlineExceeded);
  });

  it("ends although what its handler waits for never answers", async () => {
    const hangs = { getVCluster: () => new Promise<never>(() => undefined) };
    const api = await serve(hangs, { deadlineMaxMs: 100 });
    const error = await errorOf(clientOf(api).getVCluster({}, as("alice")));
    expect(error.code).toBe(Code.DeadlineExceeded);
    expect(reasonOf(error)).toBe("DEADLINE_EXCEEDED");
  });
});

describe("a call by REST", () => {
  it.each([
    ["no JSON", "{", "application/json"],
    ["an unknown field", '{"nmae": "a"}', "application/json"],
    ["another form", "name: a", "application/yaml"],
    ["too much", JSON.stringify({ name: "a".repeat(70_000) }), "application/json"],
  ])("is in the audit with its caller although its body is %s", async (_, body, type) => {
    const api = await serve({});
    const answer = await fetch(`${api.url}/v1/namespaces/a/vclusters`, {
      method: "POST",
      headers: { authorization: "Bearer alice", "content-type": type },
      body,
    });
    expect([400, 413, 415]).toContain(answer.status);
    const [line, ...others] = await audited(api, 1);
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      id: answer.headers.get("x-request-id"),
      principal: "alice",
      method: "vcluster.api.v1.VClusterService/CreateVCluster",
      code: "INVALID_ARGUMENT",
    });
  });

  it("is known before a byte of its body is read", async () => {
    const api = await serve({});
    const answer = await fetch(`${api.url}/v1/namespaces/a/vclusters`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(answer.status).toBe(401);
    expect(await audited(api, 1)).toMatchObject([{ code: "UNAUTHENTICATED", decision: "denied" }]);
  });

  it("passes the same gate", async () => {
    const api = await serve({
      getVCluster: (_request, context) => ({ vcluster: { name: callOf(context).principal.name } }),
    });
    const get = (headers: Record<string, string>) =>
      fetch(`${api.url}/v1/namespaces/a/vclusters/demo`, { headers });
    const refused = await get({});
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toMatch(/^Bearer/);
    const answered = await get({ authorization: "Bearer alice" });
    expect(await answered.text()).toContain('"alice"');
    expect(answered.headers.get("x-request-id")).toBe((await audited(api, 2))[1]?.["id"]);
    expect(api.audit.map((line) => line["source"])).toEqual(["127.0.0.1", "127.0.0.1"]);
  });
});

describe("a request that makes no call", () => {
  const ask = async (api: Api, line: string, options: RequestInit = {}) => {
    const [method = "", path = ""] = line.split(" ");
    const { status, headers } = await fetch(`${api.url}${path}`, { ...options, method });
    return { status, retryAfter: headers.get("retry-after") };
  };

  it.each([
    ["GET /nowhere?token=secret", 404, "GET /nowhere", "NOT_FOUND"],
    ["GET /v1/nowhere", 404, "GET /v1/nowhere", "NOT_FOUND"],
    ["PUT /v1/vclusters", 405, "PUT /v1/vclusters", "INVALID_ARGUMENT"],
    [
      "GET /v1/namespaces/%ff/vclusters",
      400,
      "GET /v1/namespaces/%ff/vclusters",
      "INVALID_ARGUMENT",
    ],
    [
      "POST /vcluster.api.v1.VClusterService/GetVCluster",
      415,
      "POST /vcluster.api.v1.VClusterService/GetVCluster",
      "INVALID_ARGUMENT",
    ],
  ])("%s is refused, and in the audit", async (line, status, method, code) => {
    const api = await serve({});
    expect((await ask(api, line)).status).toBe(status);
    const stray = { stage: "end", method, decision: "refused", code, source: "127.0.0.1" };
    expect(await audited(api, 1)).toEqual([
      { ...stray, time: expect.any(String), id: expect.any(String) },
    ]);
    expect(await api.metrics.text()).toContain(`rpc_total{method="none",code="${code}"} 1`);
  });

  it("counts for the address it comes from, and no flood of them fills the audit", async () => {
    const limits = { ...LIMITS, rateLimitBurst: 3, rateLimitPerSecond: 1 };
    const api = await serve({ getVCluster: () => ({}) }, { limits });
    const answers = [];
    for (let count = 0; count < 20; count += 1) answers.push(await ask(api, "GET /nowhere"));
    expect(answers.slice(0, 3).map(({ status }) => status)).toEqual([404, 404, 404]);
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(10);
    expect(Number(limited[0]?.retryAfter)).toBeGreaterThan(0);
    // Whoever has a name has limits of their own.
    await clientOf(api).getVCluster({}, as("alice"));
    const lines = await audited(api, 5);
    expect(lines.filter(({ decision }) => decision === "limited").length).toBeLessThan(5);
    expect(lines.length).toBeLessThan(12);
  });
});

describe("a flood of calls", () => {
  const limits = { ...LIMITS, rateLimitBurst: 3, rateLimitPerSecond: 1 };

  it("without credentials is refused as unauthenticated, and then as too much", async () => {
    const api = await serve({ getVCluster: () => ({}) }, { limits });
    const codes: Code[] = [];
    for (let count = 0; count < 20; count += 1) {
      codes.push((await errorOf(clientOf(api).getVCluster({}))).code);
    }
    expect(codes.slice(0, 3)).toEqual([1, 2, 3].map(() => Code.Unauthenticated));
    expect(codes.filter((code) => code === Code.ResourceExhausted).length).toBeGreaterThan(10);
    await clientOf(api).getVCluster({}, as("alice"));
    const lines = await audited(api, 5);
    expect(lines.length).toBeLessThan(12);
    expect(lines.find(({ decision }) => decision === "limited")).toMatchObject({
      code: "RESOURCE_EXHAUSTED",
      source: "127.0.0.1",
    });
  });

  it("of one caller leaves one line of each second beyond the limit", async () => {
    const api = await serve({ getVCluster: () => ({}) }, { limits });
    const call = () => clientOf(api).getVCluster({}, as("alice"));
    for (let count = 0; count < 20; count += 1) await call().catch(() => undefined);
    const lines = await audited(api, 4);
    expect(lines.find(({ decision }) => decision === "limited")).toMatchObject({
      principal: "alice",
      code: "RESOURCE_EXHAUSTED",
    });
    expect(lines.length).toBeLessThan(12);
  });
});

describe("a browser", () => {
  const preflight = (api: Api, origin: string) =>
    fetch(`${api.url}/vcluster.api.v1.VClusterService/GetVCluster`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });

  it("may call from pages of an allowed origin alone, and never with its own credentials", async () => {
    const api = await serve({});
    const allowed = await preflight(api, "https://console.example");
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://console.example");
    expect(allowed.headers.get("access-control-allow-headers")).toContain("Authorization");
    expect(allowed.headers.get("access-control-allow-credentials")).toBeNull();
    const foreign = await preflight(api, "https://evil.example");
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
    expect(foreign.headers.get("access-control-allow-methods")).toBeNull();
  });

  it("is told not to guess, keep or frame answers", async () => {
    const api = await serve({});
    const { status, headers } = await fetch(`${api.url}/nowhere/<script>`);
    expect(status).toBe(404);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
    });
  });
});
