import { beforeEach, describe, expect, it } from "@jest/globals";
import { withWriterLock } from "../repository/locks.ts";
import { listSnapshots, type SnapshotPlace } from "../repository/manifests.ts";
import { manifestKey } from "../repository/paths.ts";
import { createRepository, type Repository } from "../repository/repository.ts";
import type { KvStore } from "../source/kv-store.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { createMemoryStore } from "../store/testing/memory-store.ts";
import { changeKey, flipBit, keysOf } from "../testing/history.ts";
import { createMemoryKv } from "../testing/memory-kv.ts";
import { verifySnapshot } from "../verify/verify.ts";
import { writeFull } from "../write/full.ts";
import { CHAIN_LIMITS, type ChainLimits } from "../write/plan.ts";
import { writeSnapshot } from "../write/write-snapshot.ts";
import { type CollectOptions, collect } from "./collect.ts";
import { deleteSnapshot } from "./delete-snapshot.ts";

const HOUR_MS = 3_600_000;
const now = (): Date => new Date();
const inAnHour = (): Date => new Date(Date.now() + HOUR_MS);
const options: CollectOptions = { now, graceMs: -HOUR_MS, mostShare: 1 };

const SUBJECT = { uid: "uid-1", name: "dev", namespace: "team", facts: {} };

/** By how much the clock of the store is ahead. */
let aheadMs: number;
let store: ObjectStore;
let kv: KvStore;
let repository: Repository;
let first: SnapshotPlace;
let second: SnapshotPlace;

async function take(): Promise<SnapshotPlace> {
  const context = { repository, store: kv, now };
  const { header } = await writeFull(context, { subject: SUBJECT, trigger: "manual" });
  return { uid: SUBJECT.uid, snapId: header.snapId };
}

async function chunks(): Promise<readonly string[]> {
  return (await keysOf(store)).filter((key) => key.startsWith("chunks/"));
}

beforeEach(async () => {
  aheadMs = 0;
  store = createMemoryStore(() => new Date(Date.now() + aheadMs));
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

  it("does not wait for a writer that was killed, by the clock of the store", async () => {
    await store.put("locks/uid-1/killed", Buffer.from("now"));
    const run = (): Promise<unknown> => collect(repository, { ...options, now: inAnHour });
    await expect(run()).rejects.toMatchObject({ code: "Locked" });
    aheadMs = HOUR_MS;
    await run();
  });

  it("lets one collection run at a time", async () => {
    await store.put("locks/-collection/collect-a", Buffer.from("now"));
    const run = collect(repository, { ...options, owner: "collect-b" });
    await expect(run).rejects.toMatchObject({ code: "Locked" });
  });
});

describe("deleteSnapshot", () => {
  const kinds = async (): Promise<readonly (string | undefined)[]> => {
    const found = [];
    for await (const { header } of listSnapshots(repository)) found.push(header?.kind);
    return found;
  };
  const takeUpon = async (limits: ChainLimits): Promise<SnapshotPlace> => {
    await changeKey(kv, "/registry/a", String(Math.random()));
    const { manifest } = await writeSnapshot(
      { repository, store: kv, now },
      { subject: SUBJECT, trigger: "manual" },
      { limits },
    );
    return { uid: SUBJECT.uid, snapId: manifest.header.snapId };
  };

  it("ends a base that was made for a chain with the last snapshot upon it", async () => {
    const chain = [await takeUpon(CHAIN_LIMITS)];
    chain.push(await takeUpon({ ...CHAIN_LIMITS, deltas: 1 }), await takeUpon(CHAIN_LIMITS));
    expect(await kinds()).toContain("synthetic-full");
    for (const place of chain) {
      expect(await kinds()).toContain("synthetic-full");
      await deleteSnapshot(repository, place, { now });
    }
    expect(await kinds()).toEqual(["full", "full"]);
  });

  it("ends what nobody can lie upon, although another manifest cannot be read", async () => {
    const [upon, damaged] = [await takeUpon(CHAIN_LIMITS), await takeUpon(CHAIN_LIMITS)];
    await flipBit(store, manifestKey(damaged.uid, damaged.snapId), 99, 1);
    await deleteSnapshot(repository, upon, { now });
    const base = deleteSnapshot(repository, second, { now });
    await expect(base).rejects.toMatchObject({ code: "Corrupt" });
    for (const place of [damaged, second, first]) await deleteSnapshot(repository, place, { now });
    expect(await kinds()).toEqual([]);
  });
});
