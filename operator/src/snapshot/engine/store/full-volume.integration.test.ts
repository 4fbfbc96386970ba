import { randomBytes } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { createDirectoryStore } from "./directory/directory-store.ts";
import type { ObjectStore } from "./object-store.ts";
import { createS3Store } from "./s3/s3-store.ts";
import { keysOf } from "./testing/contract.ts";
import { startTestMinio } from "./testing/minio.ts";
import { mountSmallVolume } from "./testing/small-volume.ts";

const OBJECT_BYTES = 4 << 20;
const MOST_OBJECTS = 100;
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

/** Writes until there is no room; returns the keys that were written and why the next one was not. */
async function fillUp(store: ObjectStore): Promise<{ written: string[]; failure: unknown }> {
  const written: string[] = [];
  for (let n = 0; n < MOST_OBJECTS; n += 1) {
    const key = `fill/${String(n).padStart(3, "0")}`;
    try {
      await store.put(key, randomBytes(OBJECT_BYTES));
      written.push(key);
    } catch (failure) {
      return { written, failure };
    }
  }
  return { written, failure: undefined };
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < MOST_OBJECTS; n += 1) yield await Promise.resolve(randomBytes(OBJECT_BYTES));
}

async function expectFull(store: ObjectStore): Promise<void> {
  const { written, failure } = await fillUp(store);
  expect(written.length).toBeGreaterThan(0);
  expect(failure).toMatchObject({ name: "ObjectStoreError", code: "Full" });
  await expect(store.putStream("stream", endless())).rejects.toMatchObject({ code: "Full" });
  expect(await keysOf(store, "")).toEqual(written);
  for (const key of written) expect(await store.get(key)).toHaveLength(OBJECT_BYTES);
  expect(await store.discardUnfinished(new Date(Date.now() + 60_000))).toBe(0);
}

asRoot("a volume without room (needs root)", () => {
  it("is told of by a directory store, which loses nothing and goes on when there is room", async () => {
    const volume = await mountSmallVolume(32 << 20);
    try {
      const store = createDirectoryStore(volume.directory);
      await expectFull(store);
      await store.delete(["fill/000"]);
      await store.put("again", randomBytes(OBJECT_BYTES));
      expect(await store.get("again")).toHaveLength(OBJECT_BYTES);
    } finally {
      await volume.remove();
    }
  });

  it("is told of by an S3 store", async () => {
    const volume = await mountSmallVolume(256 << 20);
    const minio = await startTestMinio(process.env, volume.directory);
    try {
      await expectFull(createS3Store({ ...(await minio.newBucket()), patienceMs: 3_000 }));
    } finally {
      await minio.kill();
      await volume.remove();
    }
  });
});
