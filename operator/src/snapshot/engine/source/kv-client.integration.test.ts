import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type KvProcess, startKv } from "../testing/kv-process.ts";

const EMPTY = {
  from: Buffer.from("/registry/empty/"),
  to: Buffer.from("/registry/empty0"),
  limit: 10,
};

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("openKvStore, on kine", () => {
  let kv: KvProcess;

  beforeAll(async () => {
    kv = await startKv(process.env, "kine");
  }, 60_000);
  afterAll(() => kv.remove());

  it("reads an empty range at the revision of a write that just happened", async () => {
    const readAfterWrite = async (writer: number): Promise<readonly number[]> => {
      const counts: number[] = [];
      for (let at = 0; at < 100; at += 1) {
        const key = bytes(`/registry/written/${writer}-${at}`);
        const value = bytes("x");
        const compare = [{ key, modRevision: 0 }];
        const { revision } = await kv.store.txn({
          compare,
          success: [{ kind: "put", key, value }],
        });
        counts.push((await kv.store.range({ ...EMPTY, revision })).entries.length);
      }
      return counts;
    };

    const counts = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(readAfterWrite));

    expect(counts.flat()).toEqual(Array.from({ length: 800 }, () => 0));
    // Nobody writes any more, so that nothing brings kine's memory up to date either.
    const revision = await kv.store.revision();
    expect((await kv.store.range({ ...EMPTY, revision })).entries).toEqual([]);
    await expect(kv.store.range({ ...EMPTY, revision: revision + 1 })).rejects.toMatchObject({
      code: "Future",
    });
  }, 120_000);
});
