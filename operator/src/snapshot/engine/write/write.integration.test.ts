import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Kek, kekOf } from "../crypto/kek.ts";
import { readMetadata, readRecords } from "../read/read-snapshot.ts";
import { openSnapshot, type Snapshot } from "../read/snapshot.ts";
import { listSnapshots, type StoredManifest } from "../repository/manifests.ts";
import { chunkKey } from "../repository/paths.ts";
import { createRepository } from "../repository/repository.ts";
import { createDirectoryStore } from "../store/directory/directory-store.ts";
import { flipBit } from "../testing/history.ts";
import { capture, fill, textsOf } from "../testing/kv-fill.ts";
import { type KvProcess, startKv } from "../testing/kv-process.ts";
import { chunkUsesOf } from "../verify/chunk-use.ts";
import { type Verification, verifySnapshot } from "../verify/verify.ts";
import type { SnapshotRequest, WriteContext } from "./context.ts";
import { isIncluded } from "./excluded.ts";
import { CHAIN_LIMITS } from "./plan.ts";
import { writeSnapshot } from "./write-snapshot.ts";

const request: SnapshotRequest = {
  subject: { uid: "uid-1", name: "dev", namespace: "team", facts: { kubernetes: "1.36.0" } },
  trigger: "manual",
  metadata: { instance: Buffer.from("kind: VClusterInstance") },
};

const key = (at: number): string => `/registry/configmaps/team/${String(at).padStart(5, "0")}`;
const COUNT = 300;

describe.each(["etcd", "kine"] as const)("snapshots of %s", (dialect) => {
  let kv: KvProcess;
  let directory: string;
  let kek: Kek;
  let context: WriteContext;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "snapshots-"));
    kv = await startKv(process.env, dialect);
    kek = kekOf(randomBytes(32));
    const now = (): Date => new Date();
    const repository = await createRepository(createDirectoryStore(directory), now(), { kek });
    context = { repository, store: kv.store, now };
    const values = Array.from({ length: COUNT }, (_, at) => [key(at), randomBytes(3_000)] as const);
    await fill(kv.store, Object.fromEntries(values));
  });

  afterEach(async () => {
    await kv.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  function open({ header }: StoredManifest): Promise<Snapshot> {
    return openSnapshot(context.repository, { uid: header.subject.uid, snapId: header.snapId });
  }

  /** The records of a snapshot equal those of the store, in every field. */
  async function expectEqual(manifest: StoredManifest): Promise<void> {
    const records = [];
    for await (const record of readRecords(context.repository, await open(manifest))) {
      records.push({ ...record, key: Buffer.from(record.key), value: Buffer.from(record.value) });
    }
    const live = (await capture(kv.store)).filter(isIncluded);
    expect(textsOf(records)).toEqual(textsOf(live));
    expect(records.map(({ modRevision }) => modRevision)).toEqual(
      live.map(({ modRevision }) => modRevision),
    );
    expect(manifest.header.keys).toBe(live.length);
  }

  async function change(at: number, value: Uint8Array | undefined): Promise<void> {
    const bytes = Buffer.from(key(at));
    const [entry] = await kv.store.fetch([bytes], 0);
    const compare = [{ key: bytes, modRevision: entry?.modRevision ?? 0 }];
    const success =
      value === undefined
        ? ([{ kind: "delete", key: bytes }] as const)
        : ([{ kind: "put", key: bytes, value }] as const);
    const failure = entry === undefined ? [] : ([{ kind: "get", key: bytes }] as const);
    expect((await kv.store.txn({ compare, success, failure })).succeeded).toBe(true);
  }

  it("hold everything at one revision, with what is to be kept with it", async () => {
    const leased = await kv.store.grantLease(3_600);
    await kv.store.txn({
      compare: [{ key: Buffer.from("/registry/events/team/a"), modRevision: 0 }],
      success: [
        {
          kind: "put",
          key: Buffer.from("/registry/events/team/a"),
          value: Buffer.from("e"),
          lease: leased,
        },
      ],
    });
    const { manifest } = await writeSnapshot(context, request);
    await expectEqual(manifest);
    const snapshot = await open(manifest);
    const metadata = await readMetadata(context.repository, snapshot, "instance");
    expect(String(metadata)).toBe("kind: VClusterInstance");
    expect(manifest.body.content.inventory).toContainEqual(
      expect.objectContaining({ prefix: "/registry/events/", n: 1, leased: 1 }),
    );
    for await (const record of readRecords(context.repository, snapshot)) {
      const isEvent = String(record.key).includes("events");
      expect(record.leaseTtl).toBe(isEvent ? 3_600 : 0);
    }
  });

  it("go on from each other and hold little more than what changed", async () => {
    const first = await writeSnapshot(context, request);
    expect(first.plan.kind).toBe("full");
    for (let round = 1; round <= 3; round += 1) {
      await change(round, randomBytes(10));
      await change(100 + round, undefined);
      await change(COUNT + round, randomBytes(10));
      const { plan, manifest } = await writeSnapshot(context, request);
      expect(plan).toMatchObject({ kind: "incremental", rebase: false });
      expect(manifest.header.chainLength).toBe(round);
      expect(manifest.body.layers.at(-1)).toMatchObject({ puts: 2, tombstones: 1 });
      expect(manifest.header.addedBytes).toBeLessThan(first.manifest.header.addedBytes / 100);
      await expectEqual(manifest);
    }
    const { manifest: full } = await writeSnapshot(context, request, { kind: "full" });
    const { manifest } = await writeSnapshot(context, request);
    expect(manifest.body.content.rootHash).toBe(full.body.content.rootHash);
  });

  it("become a base of their own when their chain is long, without rewriting what is unchanged", async () => {
    await writeSnapshot(context, request);
    await change(7, randomBytes(10));
    const limits = { ...CHAIN_LIMITS, deltas: 1 };
    const second = await writeSnapshot(context, request, { limits });
    const third = await writeSnapshot(context, request, { limits });
    expect(third.synthetic?.header.kind).toBe("synthetic-full");
    expect(third.synthetic?.body.content.rootHash).toBe(second.manifest.body.content.rootHash);
    expect(third.synthetic?.body.stats.reusedChunks).toBeGreaterThan(0);
    expect(third.manifest.header.base?.snapId).toBe(third.synthetic?.header.snapId);
    await expectEqual(third.manifest);
  });

  it("are full, and heal what was there, when what they would build upon is damaged", async () => {
    const first = await writeSnapshot(context, request);
    const { store } = context.repository;
    const place = { uid: request.subject.uid, snapId: first.manifest.header.snapId };
    const verify = (): Promise<Verification> => verifySnapshot(store, place, { kek, level: 3 });
    for (const part of ["index", "data"] as const) {
      const uses = chunkUsesOf(await open(first.manifest)).filter((use) => use.part === part);
      for (const { ref } of uses) await flipBit(store, chunkKey(ref.id), 60, 3);
      expect((await verify()).findings).not.toEqual([]);
      const kind = part === "index" ? "auto" : "full";
      const { plan, manifest } = await writeSnapshot(context, request, { kind });
      expect(plan.kind).toBe("full");
      await expectEqual(manifest);
      expect((await verify()).findings).toEqual([]);
    }
  });

  it("hold large values one after the other, however many changed", async () => {
    await writeSnapshot(context, request);
    for (let at = 0; at < 60; at += 1) await change(at, randomBytes(at % 7 === 0 ? 900_000 : 10));
    const { plan, manifest } = await writeSnapshot(context, request);
    expect(plan.kind).toBe("incremental");
    await expectEqual(manifest);
  });

  it("are full after another history, and leave nothing when they are aborted", async () => {
    await writeSnapshot(context, request);
    const aborted = AbortSignal.abort(new Error("enough"));
    await expect(writeSnapshot({ ...context, signal: aborted }, request)).rejects.toThrow("enough");
    const lineage = Buffer.from("/vcsnap.io/lineage");
    const [entry] = await kv.store.fetch([lineage], 0);
    await kv.store.txn({
      compare: [{ key: lineage, modRevision: entry?.modRevision ?? 0 }],
      success: [{ kind: "delete", key: lineage }],
      failure: [{ kind: "get", key: lineage }],
    });
    expect((await writeSnapshot(context, request)).plan.kind).toBe("full");
    const listed = [];
    for await (const each of listSnapshots(context.repository)) listed.push(each.header?.kind);
    expect(listed).toEqual(["full", "full"]);
  });
});
