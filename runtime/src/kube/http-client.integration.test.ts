import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from "@jest/globals";
import { createMetrics, type Metrics } from "../process/metrics.ts";
import { type FaultyProxy, startFaultyProxy } from "../testing/faulty-proxy.ts";
import { configMaps, connectToTestbed, createNamespace, namespaces } from "../testing/testbed.ts";
import type { KubeClient } from "./client.ts";
import { connectWithPem, type KubeConnection } from "./connection.ts";
import { fencedClient } from "./fenced-client.ts";
import { createKubeClient } from "./http-client.ts";
import type { KubeObject, ResourceType } from "./object.ts";

jest.setTimeout(30_000);

let upstream: KubeConnection;
let proxy: FaultyProxy;
let metrics: Metrics;
let client: KubeClient;
let namespace: string;

beforeAll(async () => {
  upstream = connectToTestbed(process.env);
  const direct = createKubeClient(connectToTestbed(process.env));
  namespace = await createNamespace(direct);
  await direct.close();
});

afterAll(async () => {
  await upstream.close();
});

beforeEach(async () => {
  metrics = createMetrics({ prefix: "test_" });
  proxy = await startFaultyProxy(upstream);
  client = createKubeClient(connectWithPem({ server: proxy.url }), { metrics, timeoutMs: 5_000 });
});

afterEach(async () => {
  await client.deleteCollection(configMaps, { namespace });
  await client.close();
  await proxy.close();
});

function map(name: string, value = "0", labels: Readonly<Record<string, string>> = {}): KubeObject {
  return { metadata: { name, namespace, labels }, data: { value } };
}

async function valueOf(name: string): Promise<unknown> {
  const found = await client.get(configMaps, { namespace, name });
  return (found?.["data"] as { readonly value?: string } | undefined)?.value;
}

/** The API server learns of a quota by a watch of its own, a moment after it was made. */
async function refusalOf(attempt: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    try {
      await attempt();
    } catch (error) {
      return error;
    }
  }
}

const manager = { fieldManager: "test" };

describe("a client", () => {
  it("creates, reads, replaces, patches and deletes", async () => {
    const created = await client.create(configMaps, map("a"));
    expect(created.metadata.uid).toBeDefined();
    await client.mergePatch(configMaps, { namespace, name: "a" }, { data: { value: "1" } });
    expect(await valueOf("a")).toBe("1");
    await client.jsonPatch(configMaps, { namespace, name: "a" }, [
      { op: "test", path: "/data/value", value: "1" },
      { op: "replace", path: "/data/value", value: "2" },
    ]);
    expect(await valueOf("a")).toBe("2");
    await client.replace(configMaps, map("a", "3"));
    expect(await valueOf("a")).toBe("3");
    await client.delete(configMaps, { namespace, name: "a" });
    expect(await client.get(configMaps, { namespace, name: "a" })).toBeUndefined();
    await client.delete(configMaps, { namespace, name: "a" });
  });

  it("applies our fields, removes those we no longer name, and leaves those of others", async () => {
    await client.apply<KubeObject>(
      configMaps,
      { metadata: { name: "a", namespace }, data: { ours: "1", dropped: "1" } },
      manager,
    );
    await client.apply<KubeObject>(
      configMaps,
      { metadata: { name: "a", namespace }, data: { theirs: "1" } },
      { fieldManager: "other" },
    );
    const both = await client.apply<KubeObject>(
      configMaps,
      { metadata: { name: "a", namespace }, data: { ours: "2" } },
      manager,
    );
    expect(both["data"]).toEqual({ ours: "2", theirs: "1" });
    const taken = { metadata: { name: "a", namespace }, data: { theirs: "2" } };
    await expect(client.apply<KubeObject>(configMaps, taken, manager)).rejects.toMatchObject({
      kind: "conflict",
    });
    const forced = await client.apply<KubeObject>(configMaps, taken, { ...manager, force: true });
    expect(forced["data"]).toEqual({ theirs: "2" });
  });

  it("refuses to apply to another object of the same name", async () => {
    await client.create(configMaps, map("a"));
    const successor = {
      metadata: { name: "a", namespace, uid: "00000000-0000-0000-0000-000000000000" },
    };
    await expect(client.apply<KubeObject>(configMaps, successor, manager)).rejects.toMatchObject({
      kind: "invalid",
    });
  });

  it("tries without storing", async () => {
    await client.create(configMaps, map("a"), { dryRun: true });
    expect(await client.get(configMaps, { namespace, name: "a" })).toBeUndefined();
  });

  it("reads metadata alone", async () => {
    await client.create(configMaps, map("a", "secret", { tier: "x" }));
    const one = await client.get(configMaps, { namespace, name: "a" }, { metadataOnly: true });
    expect(one?.metadata.labels).toEqual({ tier: "x" });
    const [item] = await client.list(configMaps, {
      namespace,
      labelSelector: "tier=x",
      metadataOnly: true,
    });
    expect(item?.metadata.name).toBe("a");
    expect([one, item].some((object) => object !== undefined && "data" in object)).toBe(false);
  });

  it("lists everything page by page", async () => {
    for (let i = 0; i < 7; i += 1)
      await client.create(configMaps, map(`p-${i}`, "0", { tier: "x" }));
    const items = await client.list(configMaps, { namespace, labelSelector: "tier=x", limit: 2 });
    expect(items.map((item) => item.metadata.name)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((i) => `p-${i}`),
    );
    const pages = proxy.seen.filter((request) => request.url.searchParams.get("limit") === "2");
    expect(pages).toHaveLength(4);
  });

  it("classifies refusals", async () => {
    await client.create(configMaps, map("a"));
    await expect(client.create(configMaps, map("a"))).rejects.toMatchObject({
      kind: "alreadyExists",
    });
    await expect(client.create(configMaps, map("Bad_Name"))).rejects.toMatchObject({
      kind: "invalid",
      reason: "Invalid",
      message: expect.stringContaining("Bad_Name"),
    });
    const stale = { ...map("a"), metadata: { ...map("a").metadata, resourceVersion: "1" } };
    await expect(client.replace(configMaps, stale)).rejects.toMatchObject({ kind: "conflict" });
    const key = { namespace, name: "a" };
    await expect(
      client.delete(configMaps, key, { uid: "00000000-0000-0000-0000-000000000000" }),
    ).rejects.toMatchObject({ kind: "conflict" });
    await expect(
      client.mergePatch(configMaps, { namespace, name: "absent" }, {}),
    ).rejects.toMatchObject({ kind: "notFound" });
    const unknown: ResourceType = { ...configMaps, group: "no.example", plural: "things" };
    await expect(client.list(unknown)).rejects.toMatchObject({ kind: "notFound" });
  });

  it("tells a used-up quota from a missing right", async () => {
    const quotas: ResourceType = { ...configMaps, plural: "resourcequotas", kind: "ResourceQuota" };
    const limited = await createNamespace(client);
    const key = { name: "none", namespace: limited };
    await client.create<KubeObject>(quotas, {
      metadata: key,
      spec: { hard: { "count/configmaps": "0" } },
    });
    await client.mergePatch(
      quotas,
      key,
      { status: { hard: { "count/configmaps": "0" }, used: { "count/configmaps": "0" } } },
      { subresource: "status" },
    );
    const more: KubeObject = { metadata: { name: "a", namespace: limited } };
    const refused = await refusalOf(() => client.create(configMaps, more, { dryRun: true }));
    expect(refused).toMatchObject({ kind: "exhausted", reason: "QuotaExceeded" });
  });

  it("says that a namespace is going away", async () => {
    const going = await createNamespace(client);
    await client.mergePatch(
      namespaces,
      { name: going },
      { metadata: { finalizers: ["example.io/hold"] } },
    );
    await client.delete(namespaces, { name: going });
    const late = { metadata: { name: "a", namespace: going } };
    await expect(client.create<KubeObject>(configMaps, late)).rejects.toMatchObject({
      kind: "precondition",
      reason: "NamespaceTerminating",
    });
    await client.mergePatch(namespaces, { name: going }, { metadata: { finalizers: null } });
  });

  it("gives up at its deadline, or when it is told to", async () => {
    proxy.stop();
    await expect(
      client.get(configMaps, { namespace, name: "a" }, { timeoutMs: 100 }),
    ).rejects.toMatchObject({ kind: "timeout", reason: "RequestTimeout" });
    const stop = new AbortController();
    const waiting = client.get(configMaps, { namespace, name: "a" }, { signal: stop.signal });
    stop.abort(new Error("Not any more"));
    await expect(waiting).rejects.toThrow("Not any more");
    proxy.resume();
  });

  it("carries the server's wish for a pause", async () => {
    proxy.failNext(() => true, {
      kind: "answer",
      status: 429,
      headers: { "retry-after": "4" },
      body: "",
    });
    await expect(client.list(configMaps, { namespace })).rejects.toMatchObject({
      kind: "unavailable",
      retryAfterMs: 4_000,
    });
  });

  it("reads no more than it was told to", async () => {
    await client.create(configMaps, map("a", "x".repeat(10_000)));
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    await expect(client.request("GET", path, { maxBytes: 5_000 })).rejects.toMatchObject({
      kind: "exhausted",
      reason: "ResponseTooLarge",
    });
  });

  it("answers raw requests, with statuses that are fine by the caller", async () => {
    expect((await client.request("GET", "/readyz")).text).toBe("ok");
    expect((await client.request("GET", "/nowhere", { okStatuses: [404] })).status).toBe(404);
    await expect(client.request("GET", "/nowhere")).rejects.toMatchObject({ kind: "notFound" });
  });

  it("refuses a name that would mean a whole collection before anything is sent", async () => {
    const before = proxy.seen.length;
    await expect(client.delete(configMaps, { namespace, name: "" })).rejects.toMatchObject({
      kind: "invalid",
    });
    expect(proxy.seen).toHaveLength(before);
  });

  it("counts requests by verb, resource and code", async () => {
    await client.create(configMaps, map("a"));
    await client.get(configMaps, { namespace, name: "absent" });
    proxy.failNext(() => true, { kind: "reset" });
    await client.list(configMaps, { namespace }).catch(() => undefined);
    const text = await metrics.text();
    expect(text).toContain('requests_total{verb="create",resource="configmaps",code="201"} 1');
    expect(text).toContain('requests_total{verb="get",resource="configmaps",code="404"} 1');
    expect(text).toContain('{verb="list",resource="configmaps",code="ConnectionFailed"} 1');
  });
});

describe("a fenced client", () => {
  it("writes only while it leads, and reads always", async () => {
    let isLeader = false;
    const fenced = fencedClient(client, () => isLeader);
    const key = { namespace, name: "a" };
    const writes: readonly (() => Promise<unknown>)[] = [
      () => fenced.create(configMaps, map("a")),
      () => fenced.apply(configMaps, map("a"), manager),
      () => fenced.replace(configMaps, map("a")),
      () => fenced.mergePatch(configMaps, key, {}),
      () => fenced.jsonPatch(configMaps, key, []),
      () => fenced.delete(configMaps, key),
      () => fenced.deleteCollection(configMaps, { namespace }),
      () =>
        fenced.request("POST", `/api/v1/namespaces/${namespace}/configmaps`, { body: map("a") }),
    ];
    for (const write of writes)
      await expect(write()).rejects.toMatchObject({ reason: "NotLeader" });
    expect(proxy.seen).toEqual([]);
    expect(await fenced.get(configMaps, key)).toBeUndefined();
    isLeader = true;
    await fenced.create(configMaps, map("a"));
    expect(await valueOf("a")).toBe("0");
  });
});
