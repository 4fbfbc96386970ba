import { beforeEach, describe, expect, it } from "@jest/globals";
import { withWriterLock } from "../repository/locks.ts";
import type { SnapshotPlace } from "../repository/manifests.ts";
import { manifestKey } from "../repository/paths.ts";
import { createRepository, type Repository } from "../repository/repository.ts";
import type { KvStore } from "../source/kv-store.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { createMemoryStore } from "../store/testing/memory-store.ts";
import { changeKey, flipBit, keysOf } from "../testing/history.ts";
import { createMemoryKv } from "../testing/memory-kv.ts";
import { verifySnapshot } from "../verify/verify.ts";
import { writeFull } from "../write/full.ts";
import { type CollectOptions, collect } from "./collect.ts";
import { deleteSnapshot } from "./delete-snapshot.ts";

const HOUR_MS = 3_600_000;
const now = (): Date => new Date();
const inAnHour = (): Date => new Date(Date.now() + HOUR_MS);
const options: CollectOptions = { now, graceMs: -HOUR_MS, mostShare: 1 };

let store: ObjectStore;
let kv: KvStore;
let repository: Repository;
let first: SnapshotPlace;
let second: SnapshotPlace;

async function take(): Promise<SnapshotPlace> {
  const subject = { uid: "uid-1", name: "dev", namespace: "team", facts: {} };
  const context = { repository, store: kv, now };
  const { header } = await writeFull(context, { subject, trigger: "manual" });
  return { uid: subject.uid, snapId: header.snapId };
}

async function chunks(): Promise<readonly string[]> {
  return (await keysOf(store)).filter((key) => key.startsWith("chunks/"));
}

beforeEach(async () => {
  store = createMemoryStore();
  kv = createMemoryKv();
  repository = await createRepository(store, now());
  await changeKey(kv, "/registry/a", "first");
  first = await take();
  await changeKey(kv, "/registry/a", "second");
  second = await take();
});

describe("collect", () => {
  it("deletes what only a deleted snapshot referred to, and leaves no lock", async () => {
    const before = await chunks();
    expect((await collect(repository, options)).garbage).toEqual([]);
    await deleteSnapshot(repository, first, { now });
    const { garbage, garbageBytes, totalBytes } = await collect(repository, options);
    expect(garbage).toHaveLength(2);
    expect(garbageBytes).toBeLessThan(totalBytes);
    expect(await chunks()).toEqual(before.filter((key) => !garbage.includes(key)));
    expect((await verifySnapshot(store, second, { level: 3 })).findings).toEqual([]);
    expect((await keysOf(store)).filter((key) => key.startsWith("locks/"))).toEqual([]);
  });

  it("only tells in a dry run", async () => {
    await deleteSnapshot(repository, first, { now });
    const before = await keysOf(store);
    const found = await collect(repository, { ...options, dryRun: true });
    expect(found).toMatchObject({ isDone: false, garbage: { length: 2 } });
    expect(await keysOf(store)).toEqual(before);
  });

  it("keeps what is young", async () => {
    await deleteSnapshot(repository, first, { now });
    expect((await collect(repository, { ...options, graceMs: HOUR_MS })).garbage).toEqual([]);
  });

  it.each([
    ["a manifest cannot be read", "Corrupt"],
    ["a writer is at work", "Locked"],
    ["it is more than was allowed", "TooMuch"],
  ])("deletes nothing if %s", async (reason, code) => {
    await deleteSnapshot(repository, first, { now });
    const before = await chunks();
    if (code === "Corrupt") await flipBit(store, manifestKey(second.uid, second.snapId), 99, 1);
    const run = (): Promise<unknown> =>
      collect(repository, { ...options, mostShare: code === "TooMuch" ? 0.1 : 1 });
    const collecting =
      code === "Locked" ? withWriterLock(repository, { uid: "uid-2", now }, run) : run();
    await expect(collecting).rejects.toMatchObject({ code });
    expect({ reason, chunks: await chunks() }).toEqual({ reason, chunks: before });
  });

  it("does not wait for a writer that was killed", async () => {
    await store.put("locks/uid-1/killed", Buffer.from("now"));
    await expect(collect(repository, options)).rejects.toMatchObject({ code: "Locked" });
    await collect(repository, { ...options, now: inAnHour });
  });
});
