import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { bytesOf, describeStore, keysOf } from "../testing/contract.ts";
import { startTestMinio, type TestMinio } from "../testing/minio.ts";
import { createS3Store } from "./s3-store.ts";

describe("an S3 store on MinIO", () => {
  let minio: TestMinio;
  beforeAll(async () => {
    minio = await startTestMinio(process.env);
  });
  afterAll(async () => {
    await minio.close();
  });

  describeStore(async () => ({
    store: createS3Store(await minio.newBucket()),
    close: () => Promise.resolve(),
  }));

  it("keeps to its prefix", async () => {
    const config = await minio.newBucket();
    const one = createS3Store({ ...config, prefix: "one/" });
    const other = createS3Store({ ...config, prefix: "other/" });
    await one.put("a", bytesOf("of one"));
    expect(await keysOf(other, "")).toEqual([]);
    await other.delete(["a"]);
    expect(Buffer.from(await one.get("a")).toString()).toBe("of one");
    expect(await keysOf(createS3Store({ ...config, prefix: "" }), "")).toEqual(["one/a"]);
  });

  it("lists and deletes more than one page", async () => {
    const store = createS3Store(await minio.newBucket());
    const keys = Array.from({ length: 1010 }, (_, n) => `many/${String(n).padStart(5, "0")}`);
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => store.put(key, bytesOf("x"))));
    }
    expect(await keysOf(store, "many/")).toEqual(keys);
    await store.delete(keys.slice(1));
    expect(await keysOf(store, "")).toEqual(keys.slice(0, 1));
  });

  it("discards uploads of killed writers, and neither younger ones nor those of others", async () => {
    const config = await minio.newBucket();
    const store = createS3Store(config);
    const begin = (name: string): Promise<string> =>
      minio.client.initiateNewMultipartUpload(config.bucket, name, {});
    const mine = [await begin(`${config.prefix}a/b`), await begin(`${config.prefix}a/b`)];
    await begin("outside");
    expect(await store.discardUnfinished(new Date(Date.now() - 60_000))).toBe(0);
    expect(await store.discardUnfinished(new Date(Date.now() + 60_000))).toBe(mine.length);
    expect(await store.discardUnfinished(new Date(Date.now() + 60_000))).toBe(0);
    expect(await minio.client.findUploadId(config.bucket, "outside")).toBeDefined();
  });
});
