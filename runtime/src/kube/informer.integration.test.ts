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
import { systemClock } from "../process/clock.ts";
import { type FaultyProxy, startFaultyProxy } from "../testing/faulty-proxy.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import { configMaps, connectToTestbed, createNamespace } from "../testing/testbed.ts";
import { until } from "../testing/until.ts";
import type { InformerChange } from "./cache.ts";
import type { KubeClient } from "./client.ts";
import { connectWithPem, type KubeConnection } from "./connection.ts";
import { createKubeClient } from "./http-client.ts";
import { createInformer, type Informer } from "./informer.ts";
import type { KubeObject } from "./object.ts";

interface Projected {
  readonly version: string;
  readonly value: string;
  readonly color: string;
}

const settleMs = 15_000;

jest.setTimeout(30_000);

let upstream: KubeConnection;
let direct: KubeClient;
let proxy: FaultyProxy;
let proxied: KubeClient;
let namespace: string;
let stop: AbortController;
let informer: Informer<Projected>;
let changes: InformerChange<Projected>[];

beforeAll(() => {
  upstream = connectToTestbed(process.env);
  direct = createKubeClient(connectToTestbed(process.env));
});

afterAll(async () => {
  await direct.close();
  await upstream.close();
});

beforeEach(async () => {
  namespace = await createNamespace(direct);
  proxy = await startFaultyProxy(upstream);
  proxied = createKubeClient(connectWithPem({ server: proxy.url }), { timeoutMs: 3_000 });
  stop = new AbortController();
  changes = [];
});

afterEach(async () => {
  stop.abort(new Error("The test is over"));
  await proxied.close();
  await proxy.close();
});

function start(over: { readonly pageSize?: number; readonly stallMs?: number } = {}): void {
  informer = createInformer<Projected>(
    {
      client: proxied,
      type: configMaps,
      namespace,
      labelSelector: "suite=informer",
      project,
      indexes: { color: (object) => [object.color] },
      pageSize: over.pageSize,
      stallMs: over.stallMs,
      backoff: { baseMs: 50, maxMs: 400, jitter: 0.5 },
    },
    { logger: createRecordingLogger(), clock: systemClock, random: Math.random },
  );
  informer.onChange((change) => {
    changes.push(change);
  });
  informer.start(stop.signal);
}

function project(raw: KubeObject): Projected {
  const data = (raw["data"] ?? {}) as Readonly<Record<string, string>>;
  return {
    version: raw.metadata.resourceVersion ?? "",
    value: data["value"] ?? "",
    color: raw.metadata.labels?.["color"] ?? "",
  };
}

async function put(name: string, value: string, color = "red"): Promise<void> {
  await direct.apply<KubeObject>(
    configMaps,
    { metadata: { name, namespace, labels: { suite: "informer", color } }, data: { value } },
    { fieldManager: "test", force: true },
  );
}

async function remove(name: string): Promise<void> {
  await direct.delete(configMaps, { namespace, name });
}

async function expectCacheEqualsServer(): Promise<void> {
  const cached = (): string =>
    JSON.stringify([...informer.keys()].sort().map((key) => [key, informer.get(key)?.version]));
  const items = await direct.list(configMaps, { namespace, labelSelector: "suite=informer" });
  const wanted = JSON.stringify(
    items
      .map((item) => [`${namespace}/${item.metadata.name}`, item.metadata.resourceVersion])
      .sort(([a], [b]) => String(a).localeCompare(String(b))),
  );
  await until(
    () => cached() === wanted,
    settleMs,
    () => `cached ${cached()}, server ${wanted}`,
  );
}

/** One of each change, so that a lost event of any type shows. */
async function changeEverything(round: string): Promise<void> {
  await put(`new-${round}`, round, "blue");
  await put("changed", round);
  await remove("doomed");
  await put("doomed-next", round);
}

async function startSynced(over?: { readonly stallMs?: number }): Promise<void> {
  await put("changed", "0");
  await put("doomed", "0");
  start(over);
  await informer.synced;
  await until(() => proxy.watches.count() === 1, settleMs);
}

const expiredStatus = {
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  reason: "Expired",
  message: "too old resource version",
  code: 410,
};
const isWatch = (request: { readonly isWatch: boolean }): boolean => request.isWatch;
const isList = (request: { readonly isWatch: boolean }): boolean => !request.isWatch;

describe("the version of an informer", () => {
  it("is told once for a list, and after each change", async () => {
    const told: string[] = [];
    await put("changed", "0");
    await put("doomed", "0");
    start();
    informer.onChange(({ key }) => told.push(key));
    informer.onVersion(({ version }) => told.push(version));
    await informer.synced;
    const listed = informer.version();
    expect(told).toEqual([`${namespace}/changed`, `${namespace}/doomed`, listed]);
    await put("changed", "1");
    await until(() => informer.get(`${namespace}/changed`)?.value === "1", settleMs);
    const changed = informer.get(`${namespace}/changed`)?.version;
    expect(informer.version()).toBe(changed);
    await remove("doomed");
    await until(() => informer.get(`${namespace}/doomed`) === undefined, settleMs);
    const removed = informer.version();
    expect(BigInt(removed ?? 0)).toBeGreaterThan(BigInt(changed ?? 0));
    expect(told.slice(3)).toEqual([
      `${namespace}/changed`,
      changed,
      `${namespace}/doomed`,
      removed,
    ]);
  });
});

describe("an informer before its first list", () => {
  it.each([
    ["the list answers 500", { kind: "answer", status: 500, body: "boom" }],
    ["the list is reset", { kind: "reset" }],
    ["the list never answers", { kind: "stall" }],
    ["the list is not JSON", { kind: "answer", status: 200, body: '{"items":[{"meta' }],
    ["the list has no version", { kind: "answer", status: 200, body: '{"items":[]}' }],
  ] as const)("syncs although %s twice", async (_name, fault) => {
    await put("changed", "0");
    proxy.failNext(isList, fault, fault.kind === "stall" ? 1 : 2);
    start();
    if (fault.kind === "stall") await proxyRestart();
    await informer.synced;
    await expectCacheEqualsServer();
  });

  it("waits as long as Retry-After says", async () => {
    proxy.failNext(isList, {
      kind: "answer",
      status: 429,
      headers: { "retry-after": "2" },
      body: "",
    });
    start();
    await informer.synced;
    const [first, second] = proxy.seen;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(1_990);
  });

  it("reads large lists in pages and starts over when a page's token expired", async () => {
    for (let i = 0; i < 7; i += 1) await put(`page-${i}`, "0");
    proxy.failNext((request) => request.url.searchParams.has("continue"), {
      kind: "answer",
      status: 410,
      body: JSON.stringify(expiredStatus),
    });
    start({ pageSize: 3 });
    await informer.synced;
    expect(informer.size()).toBe(7);
    expect(proxy.seen.map((request) => request.url.searchParams.get("limit"))).toEqual(
      expect.arrayContaining(["3", "0"]),
    );
    await expectCacheEqualsServer();
  });

  it("rejects its promise when it is stopped", async () => {
    proxy.stop();
    start();
    stop.abort(new Error("Stopped early"));
    await expect(informer.synced).rejects.toThrow("Stopped early");
  });
});

/** A stalled list ends at its deadline, which is long: a reset of every socket stands for it. */
async function proxyRestart(): Promise<void> {
  await until(() => proxy.seen.length > 0, settleMs);
  proxy.dropConnections();
}

describe("an informer that watches", () => {
  const faults: readonly (readonly [string, () => void])[] = [
    [
      "a reset",
      () => {
        proxy.watches.reset();
      },
    ],
    [
      "a clean end",
      () => {
        proxy.watches.end();
      },
    ],
    [
      "a truncated line",
      () => {
        proxy.watches.truncateNext();
      },
    ],
    [
      "a malformed line",
      () => {
        proxy.watches.inject('{"type":"ADDED","object":{"meta\n');
      },
    ],
    [
      "a line that is no event",
      () => {
        proxy.watches.inject('{"hello":"world"}\n');
      },
    ],
    [
      "silence",
      () => {
        proxy.watches.stall();
      },
    ],
    [
      "an ERROR event with code 500",
      () => {
        proxy.watches.inject(
          '{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd is gone"}}\n',
        );
      },
    ],
    [
      "an ERROR event with code 410",
      () => {
        proxy.watches.inject(`${JSON.stringify({ type: "ERROR", object: expiredStatus })}\n`);
      },
    ],
    [
      "a 410 answer to the next watch",
      () => {
        proxy.failNext(isWatch, {
          kind: "answer",
          status: 410,
          body: JSON.stringify(expiredStatus),
        });
        proxy.watches.reset();
      },
    ],
    [
      "503 on the next three watches",
      () => {
        proxy.failNext(isWatch, { kind: "answer", status: 503, body: "" }, 3);
        proxy.watches.reset();
      },
    ],
    [
      "429 with Retry-After on the next watch",
      () => {
        const headers = { "retry-after": "1" };
        proxy.failNext(isWatch, { kind: "answer", status: 429, headers, body: "" });
        proxy.watches.reset();
      },
    ],
    [
      "a relist whose list fails as well",
      () => {
        proxy.failNext(isList, { kind: "answer", status: 500, body: "" }, 2);
        proxy.watches.inject(`${JSON.stringify({ type: "ERROR", object: expiredStatus })}\n`);
      },
    ],
    [
      "a listener that throws",
      () =>
        void informer.onChange(() => {
          throw new Error("Mine");
        }),
    ],
  ];

  it.each(faults)("holds what the server holds after %s", async (_name, harm) => {
    await startSynced({ stallMs: 1_000 });
    harm();
    await changeEverything("1");
    await expectCacheEqualsServer();
    await changeEverything("2");
    await expectCacheEqualsServer();
    expect(deletedKeys()).toContain(`${namespace}/doomed`);
    expect(proxy.seen.length).toBeLessThan(20);
  });

  it("holds what the server holds after the server stood still", async () => {
    await startSynced({ stallMs: 1_000 });
    proxy.stop();
    await changeEverything("1");
    await until(() => proxy.seen.filter(isWatch).length >= 2, settleMs);
    proxy.resume();
    await expectCacheEqualsServer();
  });

  it("says for how long it could not follow the server, until it follows again", async () => {
    await startSynced();
    await until(() => proxy.watches.count() === 1, settleMs);
    expect(informer.behindMs()).toBeUndefined();
    let isDown = true;
    proxy.failNext((request) => isDown && isWatch(request), { kind: "reset" }, 1_000);
    proxy.watches.reset();
    await until(() => (informer.behindMs() ?? 0) > 1_000, settleMs);
    isDown = false;
    await until(() => informer.behindMs() === undefined, settleMs);
  });

  it("resumes where it was, without a new list, after resets and clean ends", async () => {
    await startSynced();
    const lists = proxy.seen.filter(isList).length;
    for (const harm of ["reset", "end", "reset"] as const) {
      proxy.watches[harm]();
      await put("changed", `after-${proxy.seen.length}`);
      await expectCacheEqualsServer();
      await until(() => proxy.watches.count() === 1, settleMs);
    }
    expect(proxy.seen.filter(isList)).toHaveLength(lists);
  });

  it("asks for bookmarks and a limited time, and goes on from a bookmark", async () => {
    await startSynced();
    const [item] = await direct.list(configMaps, { namespace });
    const version = item?.metadata.resourceVersion ?? "";
    const [watch] = proxy.seen.filter(isWatch);
    expect(watch?.url.searchParams.get("allowWatchBookmarks")).toBe("true");
    expect(Number(watch?.url.searchParams.get("timeoutSeconds"))).toBeGreaterThanOrEqual(300);
    const bookmark = { kind: "ConfigMap", metadata: { resourceVersion: version } };
    proxy.watches.inject(`${JSON.stringify({ type: "BOOKMARK", object: bookmark })}\n`);
    proxy.watches.end();
    await until(() => proxy.seen.filter(isWatch).length === 2, settleMs);
    const second = proxy.seen.filter(isWatch)[1];
    expect(second?.url.searchParams.get("resourceVersion")).toBe(version);
  });

  it("backs off when every watch ends at once", async () => {
    await startSynced();
    proxy.failNext(isWatch, { kind: "answer", status: 200, body: "" }, 1_000);
    proxy.watches.end();
    const before = proxy.seen.length;
    await until(() => proxy.seen.length >= before + 8, settleMs);
    const spentMs = (proxy.seen.at(-1)?.atMs ?? 0) - (proxy.seen[before]?.atMs ?? 0);
    expect(spentMs).toBeGreaterThan(700);
  });

  it("reports one change for each, with what was before, and keeps its indexes", async () => {
    await startSynced();
    changes.length = 0;
    await put("changed", "1", "green");
    await expectCacheEqualsServer();
    expect(changes).toEqual([
      {
        type: "modified",
        key: `${namespace}/changed`,
        object: expect.objectContaining({ value: "1", color: "green" }),
        previous: expect.objectContaining({ value: "0", color: "red" }),
      },
    ]);
    expect(informer.byIndex("color", "green")).toHaveLength(1);
    expect(informer.byIndex("color", "red")).toHaveLength(1);
    await remove("changed");
    await until(() => informer.byIndex("color", "green").length === 0, settleMs);
  });

  it("forgets an object that no longer matches the selector", async () => {
    await startSynced();
    await direct.mergePatch(
      configMaps,
      { namespace, name: "changed" },
      { metadata: { labels: { suite: "other" } } },
    );
    await until(() => informer.get(`${namespace}/changed`) === undefined, settleMs);
    expect(deletedKeys()).toEqual([`${namespace}/changed`]);
  });

  it("says nothing more after it was stopped", async () => {
    await startSynced();
    stop.abort(new Error("Over"));
    await until(() => proxy.watches.count() === 0, settleMs);
    const before = proxy.seen.length;
    await put("late", "1");
    expect(changes.some((change) => change.key.endsWith("/late"))).toBe(false);
    expect(proxy.seen).toHaveLength(before);
  });
});

function deletedKeys(): readonly string[] {
  return changes.filter((change) => change.type === "deleted").map((change) => change.key);
}
