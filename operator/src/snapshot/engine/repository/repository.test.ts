import { randomBytes } from "node:crypto";
import { mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { kekOf } from "../crypto/kek.ts";
import type { Chunk } from "../format/chunk.ts";
import type { LayerEntry } from "../format/entry.ts";
import { LAYER_ENTRIES } from "../format/entry-codec.ts";
import { createDirectoryStore } from "../store/directory/directory-store.ts";
import { type ObjectStore, ObjectStoreError } from "../store/object-store.ts";
import { readChunk, type WrittenChunk, writeChunk } from "./chunks.ts";
import { addKek, removeKek, replaceKek, rotateDek } from "./key-rotation.ts";
import { withWriterLock } from "./locks.ts";
import { COLLECTION_LOCKS, chunkKey, LOCKS_PREFIX, REPOSITORY_OBJECT } from "./paths.ts";
import { createRepository, openRepository, type Repository } from "./repository.ts";

const NOW = new Date("2026-11-21T05:10:00Z");
const kek = kekOf(randomBytes(32));
const other = kekOf(randomBytes(32));
const CHUNK: Chunk<LayerEntry> = {
  kind: "delta",
  entries: [{ key: Buffer.from("/gone") }, { key: Buffer.from("/registry/a") }],
};
const FORM = { kind: "delta", codec: LAYER_ENTRIES } as const;

let directory: string;
let store: ObjectStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "repository-"));
  store = createDirectoryStore(directory);
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function write(repository: Repository): Promise<WrittenChunk> {
  return writeChunk(repository, CHUNK, LAYER_ENTRIES, { known: new Map() });
}

async function flipEveryByte(
  key: string,
  check: (flipped: Uint8Array) => Promise<void>,
): Promise<void> {
  const bytes = await store.get(key);
  for (let at = 0; at < bytes.length; at += 1) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    await store.put(key, flipped);
    await check(flipped);
  }
  await store.put(key, bytes);
}

describe("openRepository", () => {
  it("opens what was created", async () => {
    const { id } = await createRepository(store, NOW, { kek });
    expect((await openRepository(store, { kek })).id).toBe(id);
  });

  it.each([
    { name: "an empty place", made: undefined, opened: { kek }, code: "NotARepository" },
    { name: "another key", made: { kek }, opened: { kek: other }, code: "WrongKey" },
    { name: "no key", made: { kek }, opened: {}, code: "KeyRequired" },
    { name: "a key for clear data", made: {}, opened: { kek }, code: "NotEncrypted" },
  ])("refuses $name", async ({ made, opened, code }) => {
    if (made !== undefined) await createRepository(store, NOW, made);
    await expect(openRepository(store, opened)).rejects.toMatchObject({
      name: "SnapshotError",
      code,
      objectKey: REPOSITORY_OBJECT,
    });
  });

  it("refuses a later format by its name", async () => {
    await store.put(REPOSITORY_OBJECT, Buffer.from('{"format":"vcsnap/v2"}'));
    await expect(openRepository(store)).rejects.toThrow(/has format vcsnap\/v2/);
  });

  it.each([{ access: { kek } }, { access: {} }])(
    "finds each changed byte",
    async ({ access }) => {
      await createRepository(store, NOW, access);
      const keys: string[] = [];
      for await (const { key } of store.list("")) keys.push(key);
      for (const key of keys) {
        await flipEveryByte(key, () =>
          expect(openRepository(store, access)).rejects.toMatchObject({
            name: "SnapshotError",
            objectKey: key,
          }),
        );
      }
    },
    120_000,
  );

  it("ends in one repository when two create it at once", async () => {
    const both = await Promise.all([
      createRepository(store, NOW, { kek }),
      createRepository(store, NOW, { kek }),
    ]);
    const { id } = await openRepository(store, { kek });
    expect(both.map((each) => each.id)).toEqual([id, id]);
  });
});

describe("chunks", () => {
  it.each([{ access: { kek } }, { access: {} }])("are kept once", async ({ access }) => {
    const repository = await createRepository(store, NOW, access);
    const first = await write(repository);
    const second = await write(repository);
    expect(first.isNew).toBe(true);
    expect(second).toEqual({ ref: first.ref, isNew: false });
    expect(await readChunk(repository, first.ref, FORM)).toHaveLength(2);
  });

  it("are written again where they were damaged", async () => {
    const repository = await createRepository(store, NOW, { kek });
    const { ref } = await write(repository);
    await store.put(chunkKey(ref.id), Buffer.from("damaged"));
    await expect(readChunk(repository, ref, FORM)).rejects.toMatchObject({ code: "Corrupt" });
    const again = await write(repository);
    expect(await readChunk(repository, again.ref, FORM)).toHaveLength(2);
  });

  it("name what is missing", async () => {
    const repository = await createRepository(store, NOW, { kek });
    const { ref } = await write(repository);
    await store.delete([chunkKey(ref.id)]);
    await expect(readChunk(repository, ref, FORM)).rejects.toMatchObject({
      code: "Missing",
      objectKey: chunkKey(ref.id),
    });
  });
});

describe("keys", () => {
  it("let a new KEK in and an old one out, without touching data", async () => {
    const repository = await createRepository(store, NOW, { kek });
    const { ref } = await write(repository);
    await expect(removeKek(repository, { removed: kek, kept: other })).rejects.toThrow();
    await addKek(repository, { from: kek, to: other });
    await removeKek(repository, { removed: kek, kept: other });
    await expect(openRepository(store, { kek })).rejects.toMatchObject({ code: "WrongKey" });
    const reopened = await openRepository(store, { kek: other });
    expect(await readChunk(reopened, ref, FORM)).toHaveLength(2);
    expect((await write(reopened)).isNew).toBe(false);
  });

  it("encrypt with a new key after a rotation, and read what older ones encrypted", async () => {
    const repository = await createRepository(store, NOW, { kek });
    const { ref } = await write(repository);
    const rotated = await rotateDek(repository, kek, new Date(NOW.getTime() + 1), {});
    expect(rotated.keys?.current.id).not.toBe(repository.keys?.current.id);
    const reopened = await openRepository(store, { kek });
    expect(reopened.keys?.current.id).toBe(rotated.keys?.current.id);
    expect(await readChunk(reopened, ref, FORM)).toHaveLength(2);
  });
});

describe("replaceKek", () => {
  it("leaves the new key alone to open everything, wherever it was cut off before", async () => {
    const repository = await createRepository(store, NOW, { kek });
    const { ref } = await write(repository);
    const later = new Date(NOW.getTime() + 1_000);
    let puts = 0;
    for (let cut = 1; cut < 6; cut += 1) {
      puts = 0;
      const failing: ObjectStore = {
        ...store,
        put: async (...args) => {
          puts += 1;
          if (puts === cut) throw new Error("cut off");
          await store.put(...args);
        },
        delete: () => Promise.reject(new Error("cut off")),
      };
      await replaceKek(failing, { from: kek, to: other }, later).catch(() => undefined);
    }
    await replaceKek(store, { from: kek, to: other }, later);
    await expect(openRepository(store, { kek })).rejects.toMatchObject({ code: "WrongKey" });
    const renewed = await openRepository(store, { kek: other });
    expect(await readChunk(renewed, ref, FORM)).toHaveLength(2);
    expect(renewed.keys?.current.id).not.toBe(repository.keys?.current.id);
    const keys = async (): Promise<number> => {
      let count = 0;
      for await (const _ of store.list("keys/")) count += 1;
      return count;
    };
    const before = await keys();
    await replaceKek(store, { from: kek, to: other }, later);
    expect(await keys()).toBe(before);
  });

  it("goes on where nothing may be deleted, and writes no more keys with every look", async () => {
    await createRepository(store, NOW, { kek });
    const denied = new ObjectStoreError("AccessDenied", "keys/a", "may not be deleted");
    const keeping = { ...store, delete: () => Promise.reject(denied) };
    const counts = [];
    for (const at of [1, 2, 3]) {
      const now = new Date(NOW.getTime() + at * 1_000);
      await replaceKek(keeping, { from: kek, to: other }, now);
      let count = 0;
      for await (const _ of store.list("keys/")) count += 1;
      counts.push(count);
    }
    expect(new Set(counts).size).toBe(1);
    await openRepository(store, { kek: other });
  });
});

describe("withWriterLock", () => {
  const lock = { uid: "uid-1", now: () => new Date() };
  const never = (): Promise<never> => Promise.reject(new Error("It ran"));

  it("lets one writer of a virtual cluster run at a time, and leaves nothing", async () => {
    const repository = await createRepository(store, NOW);
    await withWriterLock(repository, lock, async () => {
      const again = withWriterLock(repository, lock, never);
      await expect(again).rejects.toMatchObject({ code: "Locked" });
      const other = { ...lock, uid: "uid-2" };
      expect(await withWriterLock(repository, other, () => Promise.resolve("ran"))).toBe("ran");
    });
    expect(await withWriterLock(repository, lock, () => Promise.resolve("ran"))).toBe("ran");
    for await (const { key } of store.list(LOCKS_PREFIX)) throw new Error(`${key} is left`);
  });

  it("lets work go on that was killed, and only that", async () => {
    const repository = await createRepository(store, NOW);
    await store.put(`${LOCKS_PREFIX}uid-1/work`, Buffer.from("now"));
    const other = withWriterLock(repository, { ...lock, owner: "else" }, never);
    await expect(other).rejects.toMatchObject({ code: "Locked" });
    const again = { ...lock, owner: "work" };
    expect(await withWriterLock(repository, again, () => Promise.resolve("ran"))).toBe("ran");
    for await (const { key } of store.list(LOCKS_PREFIX)) throw new Error(`${key} is left`);
  });

  it("waits for no writer that was killed, and for a collection", async () => {
    const repository = await createRepository(store, NOW);
    await store.put(`${LOCKS_PREFIX}uid-1/killed`, Buffer.from("now"));
    const ahead = { ...lock, now: () => new Date(Date.now() + 3_600_000) };
    for (const each of [lock, ahead]) {
      const waiting = withWriterLock(repository, each, never);
      await expect(waiting).rejects.toMatchObject({ code: "Locked" });
    }
    const anHourAgo = Date.now() / 1_000 - 3_600;
    await utimes(join(directory, LOCKS_PREFIX, "uid-1", "killed"), anHourAgo, anHourAgo);
    expect(await withWriterLock(repository, lock, () => Promise.resolve("ran"))).toBe("ran");
    await store.put(`${COLLECTION_LOCKS}at-work`, Buffer.from("now"));
    await expect(withWriterLock(repository, lock, never)).rejects.toMatchObject({
      code: "Locked",
      objectKey: `${COLLECTION_LOCKS}at-work`,
    });
  });

  it("leaves nothing of a lock that arrived although it was given up", async () => {
    const repository = await createRepository(store, NOW);
    const stop = new AbortController();
    const slow = {
      ...store,
      put: async (...put: Parameters<ObjectStore["put"]>) => {
        await store.put(...put);
        stop.abort(new Error("It was given up"));
        throw stop.signal.reason;
      },
    };
    const { signal } = stop;
    const ran = withWriterLock({ ...repository, store: slow }, { ...lock, signal }, never);
    await expect(ran).rejects.toThrow("It was given up");
    for await (const { key } of store.list(LOCKS_PREFIX)) throw new Error(`${key} is left`);
  });

  it("is in nobody's way afterwards where nothing may be deleted, and says that it may not", async () => {
    const repository = await createRepository(store, NOW);
    const denied = new ObjectStoreError("AccessDenied", LOCKS_PREFIX, "no");
    const keeping = { ...store, delete: () => Promise.reject(denied) };
    const ran = withWriterLock({ ...repository, store: keeping }, lock, () => Promise.resolve());
    await expect(ran).rejects.toBe(denied);
    expect(await withWriterLock(repository, lock, () => Promise.resolve("ran"))).toBe("ran");
    for await (const { key } of store.list(LOCKS_PREFIX)) throw new Error(`${key} is left`);
  });
});
