import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { kekOf } from "../crypto/kek.ts";
import { openSnapshot } from "../read/snapshot.ts";
import type { SnapshotPlace } from "../repository/manifests.ts";
import { chunkKey } from "../repository/paths.ts";
import { createRepository, type Repository } from "../repository/repository.ts";
import type { KvStore } from "../source/kv-store.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { createMemoryStore } from "../store/testing/memory-store.ts";
import { changeKey, flipBit, keysOf } from "../testing/history.ts";
import { createMemoryKv } from "../testing/memory-kv.ts";
import { type ChunkUse, chunkUsesOf } from "../verify/chunk-use.ts";
import { verifySnapshot } from "../verify/verify.ts";
import { writeFull } from "../write/full.ts";
import { repairSnapshot } from "./repair.ts";

const kek = kekOf(randomBytes(32));
const REQUEST = {
  subject: { uid: "uid-1", name: "dev", namespace: "team", facts: {} },
  trigger: "manual",
  metadata: { instance: Buffer.from("kind: VClusterInstance") },
};

let store: ObjectStore;
let replica: ObjectStore;
let kv: KvStore;
let repository: Repository;
let place: SnapshotPlace;

async function takeFull(): Promise<SnapshotPlace> {
  const { header } = await writeFull({ repository, store: kv, now: () => new Date() }, REQUEST);
  return { uid: header.subject.uid, snapId: header.snapId };
}

async function copyAll(from: ObjectStore, to: ObjectStore): Promise<void> {
  for (const key of await keysOf(from)) await to.put(key, await from.get(key));
}

async function chunksOf(part: ChunkUse["part"]): Promise<readonly string[]> {
  const uses = chunkUsesOf(await openSnapshot(repository, place));
  return uses.filter((use) => use.part === part).map(({ ref }) => chunkKey(ref.id));
}

async function expectSound(): Promise<void> {
  expect((await verifySnapshot(store, place, { kek, level: 3 })).findings).toEqual([]);
}

beforeEach(async () => {
  store = createMemoryStore();
  replica = createMemoryStore();
  kv = createMemoryKv();
  const created = await createRepository(store, new Date(), { kek });
  repository = { ...created, cutting: { minBytes: 60, maxBytes: 400, oneKeyIn: 3 } };
  for (let n = 0; n < 40; n += 1) await changeKey(kv, `/registry/pods/${n}`, `value ${n}`);
  place = await takeFull();
});

describe("repairSnapshot", () => {
  it("does nothing to what is sound", async () => {
    expect(await repairSnapshot(store, place, { kek, live: kv })).toEqual({
      repaired: [],
      lost: [],
    });
  });

  it("takes everything from a replica, whatever is damaged", async () => {
    await copyAll(store, replica);
    const keys = await keysOf(store);
    for (const key of keys) await flipBit(store, key, 40, 3);
    const { repaired, lost } = await repairSnapshot(store, place, { kek, replicas: [replica] });
    expect(lost).toEqual([]);
    expect(repaired.map(({ objectKey }) => objectKey).sort()).toEqual([...keys].sort());
    await expectSound();
  });

  it("does not take from a replica what is damaged there too", async () => {
    await copyAll(store, replica);
    const [key = ""] = await chunksOf("metadata");
    await flipBit(store, key, 40, 3);
    await flipBit(replica, key, 50, 3);
    const { repaired, lost } = await repairSnapshot(store, place, { kek, replicas: [replica] });
    expect(repaired).toEqual([]);
    expect(lost).toMatchObject([{ finding: { objectKey: key, part: "metadata" } }]);
  });

  it("makes an index anew from the data", async () => {
    for (const key of await chunksOf("index")) await flipBit(store, key, 40, 3);
    const { lost } = await repairSnapshot(store, place, { kek });
    expect(lost).toEqual([]);
    await expectSound();
  });

  it("makes data anew from what is unchanged in the live store", async () => {
    const keys = await chunksOf("data");
    await store.delete(keys);
    const { repaired, lost } = await repairSnapshot(store, place, { kek, live: kv });
    expect(lost).toEqual([]);
    expect(repaired).toEqual(
      expect.arrayContaining(keys.map((objectKey) => ({ objectKey, from: "live store" }))),
    );
    await expectSound();
  });

  it("makes data anew from other snapshots of the same history", async () => {
    const keys = await chunksOf("data");
    // Other cuts: the same records lie in other chunks.
    repository = { ...repository, cutting: { minBytes: 1_000, maxBytes: 4_000, oneKeyIn: 1_000 } };
    await takeFull();
    await store.delete(keys);
    const { repaired, lost } = await repairSnapshot(store, place, { kek });
    expect(lost).toEqual([]);
    expect(repaired.every(({ from }) => from === "snapshots")).toBe(true);
    await expectSound();
  });

  it("names the keys that are nowhere", async () => {
    await store.delete(await chunksOf("data"));
    await changeKey(kv, "/registry/pods/7", "changed since");
    await changeKey(kv, "/registry/pods/8", undefined);
    const { lost } = await repairSnapshot(store, place, { kek, live: kv });
    expect(lost.flatMap(({ lostKeys }) => lostKeys).sort()).toEqual([
      "/registry/pods/7",
      "/registry/pods/8",
    ]);
  });

  it("says what cannot be opened without a replica", async () => {
    await flipBit(store, "repo.json", 40, 3);
    const { repaired, lost } = await repairSnapshot(store, place, { kek, live: kv });
    expect(repaired).toEqual([]);
    expect(lost).toMatchObject([{ finding: { objectKey: "repo.json", part: "repository" } }]);
  });
});
