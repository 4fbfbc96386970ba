import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ObjectStore } from "../object-store.ts";

/** A new and empty store, and its end. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  readonly close: () => Promise<void>;
}

const MANY_PARTS_BYTES = 21 * 1024 * 1024;

export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}

export async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

/** Random parts of a total size, none longer than 1 MiB. */
async function* randomParts(bytes: number): AsyncGenerator<Uint8Array> {
  for (let left = bytes; left > 0; left -= 1 << 20) {
    yield await Promise.resolve(randomBytes(Math.min(left, 1 << 20)));
  }
}

/** What every kind of store must do. */
export function describeStore(start: () => Promise<StoreUnderTest>): void {
  describe("as every store", () => {
    let tested: StoreUnderTest;
    let store: ObjectStore;
    beforeAll(async () => {
      tested = await start();
      store = tested.store;
    });
    afterAll(async () => {
      await tested.close();
    });

    it.each([0, 1, 70_000, 3_000_000])("returns %d bytes as they were put", async (size) => {
      const bytes = randomBytes(size);
      await store.put("same/bytes", bytes);
      expect(Buffer.compare(await store.get("same/bytes"), bytes)).toBe(0);
    });

    it("says that an object does not exist", async () => {
      await expect(store.get("absent")).rejects.toMatchObject({ code: "NotFound", key: "absent" });
      await expect(drain(store.getStream("absent"))).rejects.toMatchObject({ code: "NotFound" });
    });

    it("lets one of many writers win where none was", async () => {
      const writers = Array.from({ length: 8 }, (_, n) => bytesOf(`writer ${n}`));
      const ends = await Promise.allSettled(
        writers.map((bytes) => store.put("once/only", bytes, { ifAbsent: true })),
      );
      const won = ends.findIndex(({ status }) => status === "fulfilled");
      expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const end of ends) {
        if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "AlreadyExists" });
      }
      expect(await store.get("once/only")).toEqual(writers[won]);
    });

    it("replaces an object unless told otherwise", async () => {
      await store.put("replaced", bytesOf("old"));
      await store.put("replaced", bytesOf("new"));
      expect(Buffer.from(await store.get("replaced")).toString()).toBe("new");
    });

    it("reads no more than is allowed", async () => {
      await store.put("large", randomBytes(1001));
      await expect(store.get("large", { maxBytes: 1000 })).rejects.toMatchObject({
        code: "TooLarge",
        key: "large",
      });
      expect(await store.get("large", { maxBytes: 1001 })).toHaveLength(1001);
    });

    it.each([0, 5, MANY_PARTS_BYTES])("streams %d bytes both ways", async (size) => {
      const sent = createHash("sha256");
      const written = await store.putStream("streamed", hashing(randomParts(size), sent));
      expect(written).toBe(size);
      const read = createHash("sha256");
      await drain(hashing(store.getStream("streamed"), read));
      expect(read.digest("hex")).toBe(sent.digest("hex"));
    });

    it("keeps nothing of a stream whose source fails, and throws what it threw", async () => {
      const failing = async function* (): AsyncGenerator<Uint8Array> {
        yield* randomParts(MANY_PARTS_BYTES);
        throw new RangeError("the source broke");
      };
      await expect(store.putStream("broken/stream", failing())).rejects.toThrow(
        new RangeError("the source broke"),
      );
      await expect(store.get("broken/stream")).rejects.toMatchObject({ code: "NotFound" });
      expect(await store.discardUnfinished(new Date(Date.now() + 60_000))).toBe(0);
    });

    it("keeps nothing of a stream that is aborted, and throws the reason", async () => {
      const abort = new AbortController();
      const reason = new Error("enough");
      const aborting = async function* (): AsyncGenerator<Uint8Array> {
        yield* randomParts(MANY_PARTS_BYTES);
        abort.abort(reason);
        yield* randomParts(MANY_PARTS_BYTES);
      };
      await expect(
        store.putStream("aborted/stream", aborting(), { signal: abort.signal }),
      ).rejects.toBe(reason);
      expect(await keysOf(store, "aborted/")).toEqual([]);
      expect(await store.discardUnfinished(new Date(Date.now() + 60_000))).toBe(0);
    });

    it("does nothing once it is aborted", async () => {
      const signal = AbortSignal.abort(new Error("too late"));
      await expect(store.get("same/bytes", { signal })).rejects.toBe(signal.reason);
      await expect(store.put("late", bytesOf("x"), { signal })).rejects.toBe(signal.reason);
      await expect(drain(store.list("", { signal }))).rejects.toBe(signal.reason);
      await expect(store.delete(["replaced"], { signal })).rejects.toBe(signal.reason);
      expect(await keysOf(store, "late")).toEqual([]);
    });

    it("lists by prefix in the order of bytes, with sizes and times", async () => {
      const before = Date.now() - 60_000;
      const keys = ["ls/a", "ls/a-b", "ls/a.b", "ls/a0", "ls/aB", "ls/ab/c", "ls/ab/d/e", "ls/ab0"];
      const shuffled = [...keys.slice(3), ...keys.slice(0, 3)];
      for (const key of shuffled) await store.put(key, bytesOf(key));
      await store.put("ls.not", bytesOf(""));
      expect(await keysOf(store, "ls/")).toEqual([...keys].sort());
      expect(await keysOf(store, "ls/ab")).toEqual(["ls/ab/c", "ls/ab/d/e", "ls/ab0"]);
      expect(await keysOf(store, "ls/none/")).toEqual([]);
      for await (const { key, size, modifiedAt } of store.list("ls/")) {
        expect(size).toBe(key.length);
        expect(modifiedAt.getTime()).toBeGreaterThan(before);
        expect(modifiedAt.getTime()).toBeLessThan(Date.now() + 60_000);
      }
    });

    it("deletes what is there, and minds nothing that is not", async () => {
      const keys = Array.from({ length: 25 }, (_, n) => `rm/${n}/x`);
      for (const key of keys) await store.put(key, bytesOf("x"));
      await store.delete([...keys.slice(1), "rm/absent", "rm"]);
      expect(await keysOf(store, "rm/")).toEqual(["rm/0/x"]);
      await store.delete([]);
    });

    it("writes and deletes neighbours at once", async () => {
      await Promise.all(
        Array.from({ length: 40 }, async (_, n) => {
          await store.put(`busy/dir/${n}`, bytesOf("x"));
          await store.delete([`busy/dir/${n}`]);
        }),
      );
      expect(await keysOf(store, "busy/")).toEqual([]);
    });

    it("refuses keys that lead elsewhere", async () => {
      await expect(store.put("../outside", bytesOf("x"))).rejects.toMatchObject({
        code: "Refused",
      });
      expect(() => store.list("../")).toThrow(expect.objectContaining({ code: "Refused" }));
    });
  });
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

async function* hashing(
  parts: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    hash.update(part);
    yield part;
  }
}
