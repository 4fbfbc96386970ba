import { toJson } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  type CreateVClusterRequest,
  CreateVClusterRequestSchema,
  ErrorInfoSchema,
  Phase,
  RetryInfoSchema,
  UpdateVClusterRequestSchema,
  WatchEventType,
} from "@open-vcluster/api";
import { HTTP_VERSIONS, send, type TestAnswer, type TestRequest } from "../testing/send.ts";
import { type RestServer, type RestServerOptions, startRestServer } from "./testing/rest-server.ts";

const CLUSTERS = "/v1/namespaces/team/vclusters";

describe.each(HTTP_VERSIONS)("the REST door over %s", (version) => {
  let server: RestServer | undefined;
  let requests: unknown[];
  let contexts: HandlerContext[];

  const serve = async (options: RestServerOptions): Promise<void> => {
    await server?.close();
    server = await startRestServer(options);
  };
  const ask = (request: TestRequest | string): Promise<TestAnswer> =>
    send(version, server!.port, typeof request === "string" ? { path: request } : request);

  beforeEach(async () => {
    requests = [];
    contexts = [];
    await serve({
      clusters: {
        createVCluster: (request, context) => {
          requests.push(toJson(CreateVClusterRequestSchema, request));
          contexts.push(context);
          return created(request);
        },
        updateVCluster: (request) => {
          requests.push(toJson(UpdateVClusterRequestSchema, request));
          return {};
        },
        getVCluster: ({ $typeName: _, ...request }, context) => {
          requests.push(request);
          contexts.push(context);
          return { vcluster: { name: request.name, id: request.id } };
        },
        listVClusters: ({ $typeName: _, ...request }) => {
          requests.push(request);
          return { resourceVersion: "12" };
        },
        suspendVCluster: ({ $typeName: _, ...request }) => {
          requests.push(request);
          return {};
        },
        deleteVCluster: ({ $typeName: _, ...request }) => {
          requests.push(request);
          return {};
        },
      },
    });
  });

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  describe("requests", () => {
    it("are made of path and body", async () => {
      const answer = await ask({
        method: "POST",
        path: CLUSTERS,
        body: {
          name: "web",
          spec: { kubernetes_version: "1.36.0", enableHa: true },
          labels: { a: "b" },
        },
      });
      expect(answer.status).toBe(200);
      expect(requests).toEqual([
        {
          name: "web",
          namespace: "team",
          spec: { kubernetesVersion: "1.36.0", enableHa: true },
          labels: { a: "b" },
        },
      ]);
    });

    it("are made of path and query", async () => {
      const query =
        "pageSize=7&label_selector=a%3Db,c%20in%20(d)&phases=PHASE_RUNNING&phases=3&owner=x+y%2Bz";
      await ask(`${CLUSTERS}?${query}`);
      expect(requests[0]).toMatchObject({
        namespace: "team",
        pageSize: 7,
        labelSelector: "a=b,c in (d)",
        phases: [Phase.RUNNING, Phase.SUSPENDED],
        owner: "x y+z",
      });
    });

    it("reach a method by each of its paths", async () => {
      await ask(`${CLUSTERS}/web?includeUsage=true`);
      await ask("/v1/vclusters/42");
      expect(requests).toMatchObject([
        { namespace: "team", name: "web", id: "", includeUsage: true },
        { namespace: "", name: "", id: "42" },
      ]);
    });

    it("keep an encoded slash, colon and percent within their segment", async () => {
      await ask("/v1/vclusters/a%2Fb%3Ac%2525%C3%A9");
      expect(requests).toMatchObject([{ id: "a/b:c%25é" }]);
    });

    it("call a verb with an empty body", async () => {
      expect((await ask({ method: "POST", path: `${CLUSTERS}/web:suspend` })).status).toBe(200);
      expect(requests).toMatchObject([{ namespace: "team", name: "web" }]);
    });

    it("have the key of idempotency in a header, quoted or not", async () => {
      for (const key of ["k-1", '"k-1"']) {
        await ask({
          method: "POST",
          path: CLUSTERS,
          headers: { "idempotency-key": key },
          body: {},
        });
      }
      expect(requests).toEqual([
        { namespace: "team", requestId: "k-1" },
        { namespace: "team", requestId: "k-1" },
      ]);
    });

    it("have the version that they change in If-Match", async () => {
      for (const etag of ['"12"', "*"]) {
        await ask({
          method: "PATCH",
          path: `${CLUSTERS}/web`,
          headers: { "if-match": etag },
          body: {},
        });
      }
      expect(requests).toMatchObject([{ etag: "12" }, {}]);
      expect(requests[1]).not.toHaveProperty("etag");
    });

    it("may say the same thing twice", async () => {
      const answer = await ask({
        method: "POST",
        path: CLUSTERS,
        headers: { "idempotency-key": "k" },
        body: { namespace: "team", requestId: "k" },
      });
      expect(answer.status).toBe(200);
    });

    it("carry their headers to the call, and no header of the connection", async () => {
      await ask({ path: `${CLUSTERS}/web`, headers: { authorization: "Bearer t", "x-one": "1" } });
      const header = contexts[0]!.requestHeader;
      expect(header.get("authorization")).toBe("Bearer t");
      expect(header.get("x-one")).toBe("1");
      expect(header.get("host")).toBeNull();
    });
  });

  describe("refusals before the call", () => {
    const post = (body: TestRequest["body"], headers = {}): TestRequest => ({
      method: "POST",
      path: CLUSTERS,
      headers,
      ...(body !== undefined && { body }),
    });

    it.each<[string, TestRequest, string[]]>([
      ["an unknown field", post({ nmae: "x" }), ["nmae"]],
      [
        "an unknown field below",
        post({ spec: { network: { dns: { x: 1 } } } }),
        ["spec.network.dns.x"],
      ],
      ["a field in a list", post({ spec: { plugins: [{}, { a: 1 }] } }), ["spec.plugins[1].a"]],
      [
        "wrong types, all of them",
        post({ name: 5, spec: { replicas: "x", enableHa: "yes" } }),
        ["name", "spec.replicas", "spec.enable_ha"],
      ],
      ["a number that is too large", post({ timeoutSeconds: 2 ** 31 }), ["timeout_seconds"]],
      ["a fraction", post({ timeoutSeconds: 1.5 }), ["timeout_seconds"]],
      ["a map of the wrong type", post({ labels: { a: 1 } }), ["labels.a"]],
      ["an object for a list", post({ spec: { plugins: {} } }), ["spec.plugins"]],
      ["a list for an object", post({ spec: [] }), ["spec"]],
      ["both names of a field", post({ request_id: "a", requestId: "a" }), ["request_id"]],
      ["a body that is no object", post("[1]", { "content-type": "application/json" }), [""]],
      ["another name in the body", post({ namespace: "other" }), ["namespace"]],
      [
        "another key in the header",
        post({ requestId: "a" }, { "idempotency-key": "b" }),
        ["request_id"],
      ],
      ["a query beside a whole body", { ...post({}), path: `${CLUSTERS}?name=a` }, ["name"]],
      ["an unknown parameter", { path: `${CLUSTERS}?pagesize=1` }, ["pagesize"]],
      [
        "a parameter of the wrong type",
        { path: `${CLUSTERS}?pageSize=x&phases=RUNNING` },
        ["page_size", "phases"],
      ],
      ["an empty number", { path: `${CLUSTERS}?pageSize=` }, ["page_size"]],
      ["a parameter given twice", { path: `${CLUSTERS}?owner=a&owner=b` }, ["owner"]],
      ["a parameter that the path says", { path: `${CLUSTERS}?namespace=team` }, ["namespace"]],
      ["a boolean in other words", { path: `${CLUSTERS}/a?includeUsage=1` }, ["include_usage"]],
      [
        "a weak version",
        { method: "PATCH", path: `${CLUSTERS}/a`, headers: { "if-match": 'W/"1"' } },
        ["if-match"],
      ],
      [
        "a condition that cannot be kept",
        { path: `${CLUSTERS}/a`, headers: { "if-match": '"1"' } },
        ["if-match"],
      ],
      [
        "a deadline of nothing",
        { path: `${CLUSTERS}/a`, headers: { "connect-timeout-ms": "0" } },
        ["connect-timeout-ms"],
      ],
    ])("name %s", async (_name, request, fields) => {
      const answer = await ask(request);
      expect(answer.status).toBe(400);
      expect(violationsOf(answer).map(({ field }) => field)).toEqual(fields);
      expect(requests).toEqual([]);
    });

    it("say what is expected", async () => {
      const answer = await ask(`${CLUSTERS}?phases=UP&pageSize=ten`);
      expect(answer.json).toMatchObject({
        code: 3,
        message: expect.stringMatching(
          /^Correct the request: phases must be one of PHASE_UNSPECIFIED, .*; page_size must be a whole number of 32 bits$/,
        ),
      });
    });

    it.each<[string, TestRequest, number]>([
      ["a path that does not exist", { path: "/v1/nothing" }, 404],
      ["a verb that does not exist", { method: "POST", path: `${CLUSTERS}/a:explode` }, 404],
      ["an empty name", { path: "/v1/vclusters/" }, 404],
      ["broken encoding of the path", { path: "/v1/vclusters/%zz" }, 400],
      ["broken encoding of the query", { path: `${CLUSTERS}?owner=%ff` }, 400],
      ["a body that is no JSON", post("{", { "content-type": "application/json" }), 400],
      [
        "a key given twice",
        post('{"name":"a","name":"b"}', { "content-type": "application/json" }),
        400,
      ],
      [
        "a body that is no UTF-8",
        post(Uint8Array.of(0x22, 0xff, 0x22), { "content-type": "application/json" }),
        400,
      ],
      ["a body where none is taken", { method: "DELETE", path: `${CLUSTERS}/a`, body: {} }, 400],
      ["a body of another type", post("name: a", { "content-type": "application/yaml" }), 415],
      ["a body without a type", post("{}"), 415],
      [
        "another character set",
        post("{}", { "content-type": "application/json; charset=latin1" }),
        415,
      ],
      [
        "a compressed body",
        post("{}", { "content-type": "application/json", "content-encoding": "gzip" }),
        415,
      ],
      [
        "an answer that is not JSON",
        { path: CLUSTERS, headers: { accept: "text/html, application/json;q=0" } },
        406,
      ],
      ["a body that is too large", post({ name: "x".repeat(70_000) }), 413],
    ])("answer %s with JSON", async (_name, request, status) => {
      const answer = await ask(request);
      expect(answer.status).toBe(status);
      expect(answer.headers["content-type"]).toBe("application/json");
      expect(answer.json).toMatchObject({
        code: expect.any(Number),
        message: expect.any(String),
        details: expect.arrayContaining([
          expect.objectContaining({ "@type": "type.googleapis.com/google.rpc.ErrorInfo" }),
        ]),
      });
      expect(requests).toEqual([]);
    });

    it("name the methods that a path has", async () => {
      const answer = await ask({ method: "PUT", path: `${CLUSTERS}/a` });
      expect(answer.status).toBe(405);
      expect(answer.headers["allow"]).toBe("DELETE, GET, HEAD, PATCH");
      const options = await ask({ method: "OPTIONS", path: `${CLUSTERS}/a` });
      expect([options.status, options.headers["allow"]]).toEqual([204, "DELETE, GET, HEAD, PATCH"]);
    });

    it("read a media type as browsers and tools send it", async () => {
      for (const accept of ["*/*", "application/*", "text/html,application/json;q=0.1"]) {
        expect((await ask({ path: CLUSTERS, headers: { accept } })).status).toBe(200);
      }
      const types = ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"];
      for (const type of types) {
        expect((await ask(post("{}", { "content-type": type }))).status).toBe(200);
      }
    });
  });

  describe("answers", () => {
    it("are JSON with every field that has no presence", async () => {
      const answer = await ask(CLUSTERS);
      expect(answer.headers["content-type"]).toBe("application/json");
      expect(answer.json).toEqual({
        vclusters: [],
        nextPageToken: "",
        totalCount: 0,
        resourceVersion: "12",
      });
    });

    it("write 64-bit numbers as text, enums by name and times as RFC 3339", async () => {
      const answer = await ask({ method: "POST", path: CLUSTERS, body: { name: "web" } });
      expect(answer.json).toMatchObject({
        vcluster: {
          generation: "9007199254740993",
          createTime: "2026-01-31T12:00:00Z",
          status: { phase: "PHASE_RUNNING" },
        },
      });
    });

    it("carry the version as ETag, in objects and lists", async () => {
      expect((await ask(CLUSTERS)).headers["etag"]).toBe('"12"');
      const one = await ask({ method: "POST", path: CLUSTERS, body: { name: "web" } });
      expect(one.headers["etag"]).toBe('"77"');
      expect((await ask(`${CLUSTERS}/web`)).headers["etag"]).toBeUndefined();
    });

    it("carry the headers that the call sets", async () => {
      await serve({
        clusters: {
          getVCluster: (_, { responseHeader, responseTrailer }) => {
            responseHeader.set("cache-control", "no-store");
            responseHeader.set("x-request-id", "r");
            responseTrailer.set("x-later", "l");
            return {};
          },
        },
      });
      const { headers } = await ask(`${CLUSTERS}/web`);
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "x-request-id": "r",
        "x-later": "l",
      });
      expect(Object.keys(headers).filter((name) => /^(connect|trailer)-/.test(name))).toEqual([]);
    });

    it("have no body for HEAD", async () => {
      const head = await ask({ method: "HEAD", path: CLUSTERS });
      const get = await ask(CLUSTERS);
      expect([head.status, head.text]).toEqual([200, ""]);
      expect(head.headers["content-length"]).toBe(get.headers["content-length"]);
      expect(head.headers["etag"]).toBe(get.headers["etag"]);
    });

    it("leave paths of others alone", async () => {
      expect((await ask("/v2/things")).status).toBe(418);
      expect((await ask("/")).status).toBe(418);
    });
  });

  describe("errors of calls", () => {
    const codes: [Code, number][] = [
      [Code.Canceled, 499],
      [Code.Unknown, 500],
      [Code.InvalidArgument, 400],
      [Code.DeadlineExceeded, 504],
      [Code.NotFound, 404],
      [Code.AlreadyExists, 409],
      [Code.PermissionDenied, 403],
      [Code.ResourceExhausted, 429],
      [Code.FailedPrecondition, 400],
      [Code.Aborted, 409],
      [Code.OutOfRange, 400],
      [Code.Unimplemented, 501],
      [Code.Internal, 500],
      [Code.Unavailable, 503],
      [Code.DataLoss, 500],
      [Code.Unauthenticated, 401],
    ];
    const failWith = (error: ConnectError): Promise<void> =>
      serve({
        clusters: {
          getVCluster: () => {
            throw error;
          },
        },
      });

    it.each(codes)("with code %s have status %s", async (code, status) => {
      await failWith(new ConnectError("Say why", code));
      const answer = await ask(`${CLUSTERS}/web`);
      expect(answer.status).toBe(status);
      expect(answer.json).toEqual({ code, message: "Say why", details: [] });
    });

    it("carry details and the time to wait", async () => {
      await failWith(
        new ConnectError("Wait", Code.ResourceExhausted, { "x-why": "w" }, [
          { desc: ErrorInfoSchema, value: { reason: "RATE", domain: "d", metadata: { a: "b" } } },
          { desc: RetryInfoSchema, value: { retryDelay: { seconds: 2n, nanos: 5 } } },
        ]),
      );
      const answer = await ask(`${CLUSTERS}/web`);
      expect(answer.headers).toMatchObject({ "retry-after": "3", "x-why": "w" });
      expect(answer.json).toMatchObject({
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "RATE",
            domain: "d",
            metadata: { a: "b" },
          },
          { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "2.000000005s" },
        ],
      });
    });

    it("ask for credentials", async () => {
      await failWith(new ConnectError("Who?", Code.Unauthenticated));
      expect((await ask(`${CLUSTERS}/web`)).headers["www-authenticate"]).toBe("Bearer");
      const challenge = { "www-authenticate": 'Bearer error="invalid_token"' };
      await failWith(new ConnectError("Who?", Code.Unauthenticated, challenge));
      const { headers } = await ask(`${CLUSTERS}/web`);
      expect(headers["www-authenticate"]).toBe('Bearer error="invalid_token"');
    });

    it("say nothing of what is inside", async () => {
      await serve({
        clusters: {
          getVCluster: () => {
            throw new Error("password=secret");
          },
        },
      });
      const answer = await ask(`${CLUSTERS}/web`);
      expect(answer.status).toBe(500);
      expect(answer.text).not.toContain("secret");
    });

    it("come from interceptors too", async () => {
      await serve({
        interceptors: [
          () => () => {
            throw new ConnectError("No", Code.PermissionDenied);
          },
        ],
      });
      expect((await ask(CLUSTERS)).status).toBe(403);
      expect((await ask("/v1/vclusters:watch")).status).toBe(403);
    });
  });

  describe("time", () => {
    it("ends a call at the client's deadline", async () => {
      let reason: unknown;
      await serve({
        clusters: {
          getVCluster: async (_, { signal, timeoutMs }) => {
            expect(timeoutMs()).toBeLessThanOrEqual(50);
            await new Promise((resolve) => {
              signal.addEventListener("abort", resolve);
            });
            reason = signal.reason;
            throw signal.reason;
          },
        },
      });
      const headers = { "connect-timeout-ms": "50" };
      expect((await ask({ path: `${CLUSTERS}/web`, headers })).status).toBe(504);
      expect(ConnectError.from(reason).code).toBe(Code.DeadlineExceeded);
    });

    it("lets a call wait for as long as a client can say", async () => {
      const headers = { "connect-timeout-ms": "9999999999" };
      expect((await ask({ path: `${CLUSTERS}/web`, headers })).status).toBe(200);
    });

    it("ends a call when the client is gone", async () => {
      const gone = new AbortController();
      const seen = Promise.withResolvers<unknown>();
      await serve({
        clusters: {
          getVCluster: async (_, { signal }) => {
            signal.addEventListener("abort", () => {
              seen.resolve(signal.reason);
            });
            gone.abort();
            await seen.promise;
            return {};
          },
        },
      });
      await expect(ask({ path: `${CLUSTERS}/web`, signal: gone.signal })).rejects.toThrow();
      expect(ConnectError.from(await seen.promise).code).toBe(Code.Canceled);
    });
  });

  describe("streams", () => {
    it("are lines of JSON, each as soon as it is there", async () => {
      const next = Promise.withResolvers<undefined>();
      await serve({
        clusters: {
          async *watchVCluster({ namespace }) {
            yield { type: WatchEventType.ADDED, vcluster: { name: "a", namespace } };
            await next.promise;
            yield { type: WatchEventType.BOOKMARK, resourceVersion: "5" };
          },
        },
      });
      const answer = await ask({
        path: "/v1/namespaces/team/vclusters:watch?labelSelector=a",
        onText: () => {
          next.resolve(undefined);
        },
      });
      expect(answer.headers["content-type"]).toBe("application/x-ndjson");
      const [first, second, ...rest] = answer.text.trimEnd().split("\n");
      expect(JSON.parse(first!)).toMatchObject({
        type: "WATCH_EVENT_TYPE_ADDED",
        vcluster: { name: "a", namespace: "team" },
      });
      expect(JSON.parse(second!)).toEqual({
        type: "WATCH_EVENT_TYPE_BOOKMARK",
        resourceVersion: "5",
      });
      expect(rest).toEqual([]);
    });

    it("have a status of their own when they fail at once", async () => {
      await serve({
        clusters: {
          // biome-ignore lint/correctness/useYield: it fails before
          async *watchVCluster() {
            await Promise.resolve();
            throw new ConnectError("Too old", Code.OutOfRange);
          },
        },
      });
      const answer = await ask("/v1/vclusters:watch");
      expect([answer.status, answer.json]).toEqual([
        400,
        { code: Code.OutOfRange, message: "Too old", details: [] },
      ]);
    });

    it("end with the error when they fail later", async () => {
      await serve({
        clusters: {
          async *watchVCluster() {
            yield { type: WatchEventType.BOOKMARK };
            await Promise.resolve();
            throw new ConnectError("Slow", Code.Unavailable);
          },
        },
      });
      const lines = (await ask("/v1/vclusters:watch")).text.trimEnd().split("\n");
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        { type: "WATCH_EVENT_TYPE_BOOKMARK", resourceVersion: "" },
        { error: { code: Code.Unavailable, message: "Slow", details: [] } },
      ]);
    });

    it("end at the client's deadline", async () => {
      await serve({ clusters: { watchVCluster: endless } });
      const headers = { "connect-timeout-ms": "100" };
      const lines = (await ask({ path: "/v1/vclusters:watch", headers })).text
        .trimEnd()
        .split("\n");
      expect(JSON.parse(lines.at(-1)!)).toMatchObject({ error: { code: Code.DeadlineExceeded } });
    });

    it("stop at their source when the client is gone, even one that does not read", async () => {
      const gone = new AbortController();
      const ended = Promise.withResolvers<undefined>();
      await serve({
        clusters: {
          async *watchVCluster(_, context) {
            try {
              yield* endless(_, context);
            } finally {
              ended.resolve(undefined);
            }
          },
        },
      });
      const watch = ask({
        path: "/v1/vclusters:watch",
        signal: gone.signal,
        onText: () => {
          gone.abort();
        },
      });
      await expect(watch).rejects.toThrow();
      await ended.promise;
    });

    it("are not there for HEAD", async () => {
      const answer = await ask({ method: "HEAD", path: "/v1/vclusters:watch" });
      expect([answer.status, answer.headers["allow"]]).toEqual([405, "GET"]);
    });
  });
});

function created({ name, namespace }: CreateVClusterRequest) {
  return {
    vcluster: {
      name,
      namespace,
      resourceVersion: "77",
      generation: 9_007_199_254_740_993n,
      createTime: { seconds: BigInt(Date.UTC(2026, 0, 31, 12) / 1000) },
      status: { phase: Phase.RUNNING },
    },
  };
}

async function* endless(_request: unknown, { signal }: HandlerContext) {
  while (!signal.aborted) {
    yield { type: WatchEventType.BOOKMARK, resourceVersion: "1".repeat(1000) };
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function violationsOf({ json }: TestAnswer): { field: string; description: string }[] {
  const { details } = json as { details: { fieldViolations?: [] }[] };
  return details.flatMap(({ fieldViolations }) => fieldViolations ?? []);
}
