import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { keyText } from "../format/key-text.ts";
import type { StoreRecord } from "../format/record.ts";
import { ALL_KEYS } from "../source/key-order.ts";
import type { KvDialect, KvStore } from "../source/kv-store.ts";
import { capture, fill, readerOf, textsOf } from "../testing/kv-fill.ts";
import { type KvProcess, newDirectory, startKv } from "../testing/kv-process.ts";
import { builtIn, runningPod } from "../testing/stored-values.ts";
import { planInPlace, restoreInPlace } from "./in-place.ts";
import type { Sides } from "./plan.ts";
import { prove } from "./proof.ts";
import { replaceAll } from "./replace.ts";
import { createRules, type RestoreOptions } from "./rules.ts";

const configMap = (namespace: string, name: string, text = "data"): Uint8Array =>
  builtIn({ kind: "ConfigMap", namespace, name, labels: { app: name }, fields: { 2: text } });

/** No restore writes it. */
const LEADER = "/registry/leases/kube-system/kube-scheduler";

const CONTENT = {
  "/registry/configmaps/team/a": configMap("team", "a"),
  "/registry/configmaps/team/b": configMap("team", "b"),
  "/registry/configmaps/other/c": configMap("other", "c"),
  "/registry/namespaces/team": builtIn({ kind: "Namespace", name: "team" }),
  "/registry/pods/team/web": runningPod("team", "web"),
  [LEADER]: "leader one",
  "/vcsnap.io/lineage": "lineage one",
};

async function write(store: KvStore, text: string, value?: Uint8Array | string): Promise<void> {
  const key = Buffer.from(text);
  const [entry] = await store.fetch([key], 0);
  const { succeeded } = await store.txn({
    compare: [{ key, modRevision: entry?.modRevision ?? 0 }],
    success: [
      value === undefined
        ? { kind: "delete", key }
        : { kind: "put", key, value: Buffer.from(value) },
    ],
    failure: entry === undefined ? [] : [{ kind: "get", key }],
  });
  if (!succeeded) throw new Error(`${text} was not written`);
}

describe.each<KvDialect>(["etcd", "kine"])("restore on %s", (dialect) => {
  const running: KvProcess[] = [];
  let live: KvStore;
  let snapshot: readonly StoreRecord[];
  let isStillSame: (entry: StoreRecord) => boolean;

  const start = async (): Promise<KvStore> => {
    const kv = await startKv(process.env, dialect);
    running.push(kv);
    return kv.store;
  };
  const sides = (options: Partial<RestoreOptions> = {}, of: KvStore = live): Sides => ({
    records: readerOf(snapshot),
    live: of,
    isSameLineage: of === live,
    rules: createRules({ identity: "same", ...options }),
  });

  beforeEach(async () => {
    live = await start();
    await fill(live, CONTENT);
    snapshot = await capture(live);
    const kept = new Map(snapshot.map((each) => [keyText(each.key), each.modRevision]));
    isStillSame = ({ key, modRevision }) => kept.get(keyText(key)) === modRevision;
  }, 60_000);

  afterEach(async () => {
    await Promise.all(running.splice(0).map((kv) => kv.remove()));
  });

  const damage = async (): Promise<void> => {
    await write(live, "/registry/configmaps/team/a", "damaged");
    await write(live, "/registry/configmaps/team/b");
    await write(live, "/registry/configmaps/team/extra", configMap("team", "extra"));
    await write(live, LEADER, "leader two");
    await write(live, "/registry/events/team/e", "event");
  };

  it("turns a damaged store back by its differences, and leaves what it does not cover", async () => {
    await damage();
    const expected = {
      "/registry/configmaps/": { creates: 1, updates: 1, deletes: 1, unchanged: 1 },
      "/registry/namespaces/": { creates: 0, updates: 0, deletes: 0, unchanged: 1 },
      "/registry/pods/": { creates: 0, updates: 0, deletes: 0, unchanged: 1 },
    };
    const prefixes = Object.entries(expected).map(([prefix, counts]) => ({ prefix, ...counts }));
    expect(await planInPlace(sides())).toMatchObject({ prefixes, changes: 3 });
    expect(await restoreInPlace(sides())).toMatchObject({ prefixes, changes: 3 });
    expect(await prove(sides())).toMatchObject({ keys: 5 });
    const now = await capture(live);
    expect(textsOf(now)).toEqual({
      ...textsOf(snapshot),
      [LEADER]: "leader two",
      "/registry/events/team/e": "event",
    });
    expect(now.filter(isStillSame).map(({ key }) => keyText(key))).toEqual(
      expect.arrayContaining(["/registry/configmaps/other/c", "/registry/pods/team/web"]),
    );
    expect((await planInPlace(sides())).changes).toBe(0);
  });

  it("restores a part and removes nothing", async () => {
    await damage();
    await write(live, "/registry/configmaps/other/c", "other");
    const labels = [{ key: "app", operator: "In", values: ["b"] }] as const;
    const selection = { namespaces: ["team"], kinds: ["configmaps"], labels };
    expect((await restoreInPlace(sides({ selection }))).changes).toBe(1);
    expect(textsOf(await capture(live))).toMatchObject({
      "/registry/configmaps/team/a": "damaged",
      "/registry/configmaps/team/b": textsOf(snapshot)["/registry/configmaps/team/b"],
      "/registry/configmaps/team/extra": expect.anything(),
      "/registry/configmaps/other/c": "other",
    });
  });

  it("removes what is chosen and not in the snapshot when asked", async () => {
    await damage();
    const selection = { kinds: ["configmaps"] };
    await restoreInPlace(sides({ selection, prune: true }));
    const texts = textsOf(await capture(live));
    expect(texts).not.toHaveProperty(["/registry/configmaps/team/extra"]);
    expect(texts).toHaveProperty(["/registry/events/team/e"]);
  });

  it("fills an empty store, unbinds pods and proves it", async () => {
    const empty = await start();
    expect(await replaceAll(sides({}, empty))).toMatchObject({ keys: 5 });
    const texts = textsOf(await capture(empty));
    expect(texts["/registry/configmaps/team/a"]).toBe(
      textsOf(snapshot)["/registry/configmaps/team/a"],
    );
    expect(texts["/registry/pods/team/web"]).not.toContain("node-1");
    expect(texts).not.toHaveProperty(["/vcsnap.io/lineage"]);
  });

  it("leaves nothing of a store that it replaces, and forgets its history", async () => {
    await damage();
    await write(live, "/other/extra", "extra");
    const before = await live.revision();
    await replaceAll(sides({ withEvents: true }));
    const { "/registry/pods/team/web": pod, ...rest } = textsOf(await capture(live));
    const { "/registry/pods/team/web": was, [LEADER]: _, ...kept } = textsOf(snapshot);
    expect(rest).toEqual({ ...kept, "/vcsnap.io/revision/newest": "" });
    expect(pod).not.toBe(was);
    await expect(live.range({ ...ALL_KEYS, limit: 1, revision: before })).rejects.toMatchObject({
      code: "Compacted",
    });
  });

  it("goes on behind the revision that it is told, and no further", async () => {
    const empty = await start();
    const told: (readonly [written: number, all: number])[] = [];
    const onRaised = (written: number, all: number): void => {
      told.push([written, all]);
    };
    await replaceAll(sides({}, empty), { atLeast: 3_000, onRaised });
    const [, all = 0] = told.at(-1) ?? [];
    expect(told).toEqual(told.toSorted(([a], [b]) => a - b));
    expect(told.at(-1)).toEqual([all, all]);
    expect(all).toBeGreaterThan(2_500);
    expect(await empty.revision()).toBeGreaterThan(3_000);
    expect(await empty.revision()).toBeLessThan(3_200);
  });

  it("begins again after the store was killed under it, also with another snapshot", async () => {
    const directory = newDirectory();
    const first = await startKv(process.env, dialect, directory);
    const many = Array.from({ length: 2_000 }, (_, at) => ({
      ...{ key: Buffer.from(`/registry/configmaps/team/${10_000 + at}`), leaseTtl: 0 },
      ...{ value: configMap("team", String(at)), createRevision: 1, modRevision: 1, version: 1 },
    }));
    const killing: Sides = {
      ...sides({}, first.store),
      records: async function* (range) {
        for await (const record of readerOf(many)(range)) {
          if (record === many[1_000]) await first.kill();
          yield record;
        }
      },
    };
    await expect(replaceAll(killing)).rejects.toMatchObject({ name: "KvError" });

    const second = await startKv(process.env, dialect, directory);
    running.push(second);
    expect(await replaceAll(sides({}, second.store))).toMatchObject({ keys: 5 });
    snapshot = many;
    expect(await replaceAll(sides({}, second.store))).toMatchObject({ keys: 2_000 });
  });

  it("names what is not as in the snapshot", async () => {
    await write(live, "/registry/configmaps/team/a", "damaged");
    await expect(prove(sides())).rejects.toMatchObject({
      code: "NotEqual",
      message: expect.stringContaining("/registry/configmaps/team/a"),
    });
  });

  it("gives keys a lease of the time that theirs had", async () => {
    const empty = await start();
    snapshot = snapshot.map((record) => ({ ...record, leaseTtl: 3_600 }));
    await replaceAll(sides({}, empty));
    const restored = await capture(empty);
    const own = restored.filter(({ key }) => keyText(key) in CONTENT);
    expect(own.map(({ leaseTtl }) => leaseTtl)).toEqual([3_600, 3_600, 3_600, 3_600, 3_600]);
  });

  it("comes to rest once others stop writing, and says so if they do not", async () => {
    let restless = 20;
    const records: Sides["records"] = async function* (range) {
      if (restless > 0) await write(live, "/registry/configmaps/team/a", `busy ${restless--}`);
      yield* readerOf(snapshot)(range);
    };
    await damage();
    await restoreInPlace({ ...sides(), records });
    expect((await planInPlace(sides())).changes).toBe(0);
    await write(live, "/registry/configmaps/team/a", "damaged");
    restless = Infinity;
    await expect(restoreInPlace({ ...sides(), records })).rejects.toMatchObject({
      code: "Contended",
    });
  });
});
