import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { kekOf } from "../crypto/kek.ts";
import { openSnapshot } from "../read/snapshot.ts";
import type { SnapshotPlace } from "../repository/manifests.ts";
import { chunkKey, manifestKey, REPOSITORY_OBJECT } from "../repository/paths.ts";
import { createRepository, type Repository } from "../repository/repository.ts";
import { createS3Store } from "../store/s3/s3-store.ts";
import { startTestMinio, type TestMinio } from "../store/testing/minio.ts";
import { changeKey, flipBit, keysOf } from "../testing/history.ts";
import { fill } from "../testing/kv-fill.ts";
import { type KvProcess, startKv } from "../testing/kv-process.ts";
import { writeFull } from "../write/full.ts";
import { writeIncremental } from "../write/incremental.ts";
import { chunkUsesOf } from "./chunk-use.ts";
import { verifySnapshot } from "./verify.ts";

const FLIPS = 200;
const REQUEST = {
  subject: { uid: "uid-1", name: "dev", namespace: "team", facts: {} },
  trigger: "manual",
  metadata: { instance: Buffer.from("kind: VClusterInstance") },
};

describe("a snapshot of etcd in MinIO", () => {
  const kek = kekOf(randomBytes(32));
  let minio: TestMinio;
  let kv: KvProcess;
  let repository: Repository;
  let place: SnapshotPlace;

  beforeAll(async () => {
    minio = await startTestMinio(process.env);
    kv = await startKv(process.env, "etcd");
    const values = Array.from({ length: 400 }, (_, n) => [
      `/registry/pods/${n}`,
      randomBytes(3_000),
    ]);
    await fill(kv.store, Object.fromEntries(values) as Record<string, Uint8Array>);
    const store = createS3Store(await minio.newBucket());
    repository = await createRepository(store, new Date(), { kek });
    const context = { repository, store: kv.store, now: () => new Date() };
    const full = await writeFull(context, REQUEST);
    await changeKey(kv.store, "/registry/pods/7", "changed");
    await changeKey(kv.store, "/registry/pods/8", undefined);
    const { uid } = REQUEST.subject;
    const parent = await openSnapshot(repository, { uid, snapId: full.header.snapId });
    const { header } = await writeIncremental(context, REQUEST, parent);
    place = { uid, snapId: header.snapId };
  });
  afterAll(async () => {
    await kv.remove();
    await minio.close();
  });

  it("is sound to begin with", async () => {
    const { findings } = await verifySnapshot(repository.store, place, { kek, level: 3 });
    expect(findings).toEqual([]);
  });

  it(`shows each of ${FLIPS} changed bits, by the name of the object`, async () => {
    const { store } = repository;
    const snapshot = await openSnapshot(repository, place);
    const { base } = snapshot.manifest.header;
    const objects = [
      REPOSITORY_OBJECT,
      ...(await keysOf(store)).filter((key) => key.startsWith("keys/")),
      manifestKey(place.uid, place.snapId),
      manifestKey(place.uid, base?.snapId ?? ""),
      ...chunkUsesOf(snapshot).map(({ ref }) => chunkKey(ref.id)),
    ];
    expect(new Set(objects)).toEqual(new Set(await keysOf(store)));
    for (let flip = 0; flip < FLIPS; flip += 1) {
      // Round and round, so that small objects are hit as often as large ones.
      const key = objects[flip % objects.length] ?? "";
      const bytes = await store.get(key);
      const at = randomBytes(4).readUInt32LE();
      await flipBit(store, key, at, flip % 8);
      const { findings } = await verifySnapshot(store, place, { kek, level: 2 });
      const where = `${key}, byte ${at % bytes.length}, bit ${flip % 8}`;
      expect({ where, found: findings.map(({ objectKey }) => objectKey) }).toEqual({
        where,
        found: [key],
      });
      await store.put(key, bytes);
    }
    const { findings } = await verifySnapshot(store, place, { kek, level: 3 });
    expect(findings).toEqual([]);
  });

  it.each([1, 2, 3] as const)("shows at level %d what is not there", async (level) => {
    const { store } = repository;
    const [use] = chunkUsesOf(await openSnapshot(repository, place));
    const key = chunkKey(use?.ref.id ?? "");
    const bytes = await store.get(key);
    await store.delete([key]);
    const { findings } = await verifySnapshot(store, place, { kek, level });
    expect(findings).toMatchObject([{ objectKey: key, problem: "Missing" }]);
    await store.put(key, bytes);
  });
});
