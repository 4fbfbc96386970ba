import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { StoreRecord } from "../format/record.ts";
import type { KvDialect, KvStore } from "../source/kv-store.ts";
import {
  type ApiServer,
  type Json,
  type KubeObject,
  startApiServer,
} from "../testing/api-server.ts";
import { capture, readerOf } from "../testing/kv-fill.ts";
import { type KvProcess, startKv } from "../testing/kv-process.ts";
import { list, nameOf, openCache } from "../testing/watch-cache.ts";
import { restoreInPlace } from "./in-place.ts";
import type { Sides } from "./plan.ts";
import { replaceAll } from "./replace.ts";
import { revisionBehind } from "./revision.ts";
import { createRules } from "./rules.ts";

const GROUP = "acme.io";
const WATCHED = [
  "/api/v1/configmaps",
  "/api/v1/namespaces",
  "/api/v1/secrets",
  "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  `/apis/${GROUP}/v1/widgets`,
];
const COUNT = 40;

const crd = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `widgets.${GROUP}` },
  spec: {
    group: GROUP,
    scope: "Namespaced",
    names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
    versions: [
      {
        ...{ name: "v1", served: true, storage: true },
        schema: {
          openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    ],
  },
};

async function send(api: ApiServer, method: string, path: string, body?: unknown): Promise<void> {
  const { status, json } = await api.call(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
}

async function eventually(check: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await check();
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await delay(200);
    }
  }
}

const configMap = (name: string, text: string): Json => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { text } },
});
const widget = (name: string, text: string): Json => ({
  ...{ apiVersion: `${GROUP}/v1`, kind: "Widget", metadata: { name }, spec: { text } },
});
const TEAM = "/api/v1/namespaces/team";
const WIDGETS = `/apis/${GROUP}/v1/namespaces/team/widgets`;

async function populate(api: ApiServer): Promise<void> {
  const namespace = (name: string): Json => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name },
  });
  await send(api, "POST", "/api/v1/namespaces", namespace("team"));
  await send(api, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
  await eventually(async () => {
    await list(api, WIDGETS);
  });
  for (let at = 0; at < COUNT; at += 1) {
    await send(api, "POST", `${TEAM}/configmaps`, configMap(`c-${at}`, "as it was"));
    await send(api, "POST", WIDGETS, widget(`w-${at}`, "as it was"));
  }
}

/** A third each: deleted, changed, left alone; and as many new ones. */
async function damage(api: ApiServer): Promise<void> {
  for (let at = 0; at < COUNT; at += 1) {
    if (at % 3 === 0) {
      await send(api, "DELETE", `${TEAM}/configmaps/c-${at}`);
      await send(api, "DELETE", `${WIDGETS}/w-${at}`);
    }
    if (at % 3 === 1) {
      await send(api, "PUT", `${TEAM}/configmaps/c-${at}`, configMap(`c-${at}`, "damaged"));
    }
    await send(api, "POST", `${TEAM}/configmaps`, configMap(`new-${at}`, "new"));
  }
  await send(api, "DELETE", "/apis/rbac.authorization.k8s.io/v1/clusterroles/view");
}

/** Objects as clients see them, but for the revisions, which a restore does not bring back. */
async function contentOf(api: ApiServer): Promise<readonly string[]> {
  const lists = await Promise.all(WATCHED.map((path) => list(api, path)));
  return lists
    .flatMap(({ items }) => items)
    .map(({ metadata: { resourceVersion: _, ...metadata }, ...rest }) =>
      JSON.stringify({ ...rest, metadata }),
    )
    .sort();
}

describe.each<KvDialect>(["etcd", "kine"])("clients of a kube-apiserver on %s", (dialect) => {
  const undo: (() => unknown)[] = [];
  const start = async (directory?: string): Promise<{ kv: KvProcess; api: ApiServer }> => {
    const kv = await startKv(process.env, dialect, directory);
    undo.unshift(() => kv.remove());
    const api = await startApiServer(process.env, kv.url);
    undo.unshift(() => api.kill());
    return { kv, api };
  };
  const sidesOf = (
    records: readonly StoreRecord[],
    live: KvStore,
    isSameLineage: boolean,
  ): Sides => ({
    ...{ records: readerOf(records), live, isSameLineage },
    rules: createRules({ identity: "same" }),
  });

  afterEach(async () => {
    for (const step of undo.splice(0)) await step();
  }, 60_000);

  it("know exactly what is there after a restore in place, without listing again", async () => {
    const { kv, api } = await start();
    await populate(api);
    const snapshot = await capture(kv.store);
    const before = await contentOf(api);
    const caches = await Promise.all(WATCHED.map((path) => openCache(api, path)));
    undo.unshift(...caches.map(({ close }) => close));
    await damage(api);
    expect(await contentOf(api)).not.toEqual(before);

    const { changes } = await restoreInPlace(sidesOf(snapshot, kv.store, true));

    expect(changes).toBeGreaterThan(COUNT);
    await eventually(async () => {
      expect(await contentOf(api)).toEqual(before);
      for (const [at, cache] of caches.entries()) {
        const { items } = await list(api, WATCHED[at] ?? "");
        const known = [...cache.objects.values()];
        const byName = (a: KubeObject, b: KubeObject): number => (nameOf(a) < nameOf(b) ? -1 : 1);
        expect(known.sort(byName)).toEqual([...items].sort(byName));
        expect(cache.errors).toEqual([]);
      }
    });
  }, 240_000);

  it.each([
    ["the same store", false],
    ["a new store in the place of a lost one", true],
  ])(
    "are all told to list again after a load into %s",
    async (_, isLost) => {
      const { kv, api } = await start();
      await populate(api);
      const snapshot = await capture(kv.store);
      const taken = await kv.store.revision();
      const before = await contentOf(api);
      const known = (await list(api, WATCHED[0] ?? "")).resourceVersion;
      await damage(api);
      const revision = await kv.store.revision();
      const stale = [known, String(revision), String(Math.floor((Number(known) + revision) / 2))];
      await api.kill();
      undo.shift();

      const target = isLost ? await startKv(process.env, dialect) : kv;
      if (isLost) undo.unshift(() => target.remove());
      const atLeast = isLost ? revisionBehind(taken, 0) : 0;
      await replaceAll(sidesOf(snapshot, target.store, !isLost), { atLeast });
      const again = await startApiServer(process.env, target.url);
      undo.unshift(() => again.kill());

      await eventually(async () => {
        expect(await contentOf(again)).toEqual(before);
      });
      const codes: (number | undefined)[] = [];
      for (const path of WATCHED) {
        for (const resourceVersion of stale) {
          const stopped = new AbortController();
          const watch = `${path}?watch=1&timeoutSeconds=20&resourceVersion=${resourceVersion}`;
          for await (const { type, object } of again.watch(watch, stopped.signal)) {
            codes.push(type === "ERROR" ? object.code : undefined);
            stopped.abort();
          }
        }
      }
      expect(codes).toEqual(WATCHED.flatMap(() => stale.map(() => 410)));
    },
    240_000,
  );
});
