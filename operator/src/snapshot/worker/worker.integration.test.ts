import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { snapIdOf } from "../engine/format/snap-id.ts";
import {
  createS3Store,
  type KvStore,
  kekOf,
  openRepository,
  openSnapshot,
  REPOSITORY_OBJECT,
} from "../engine/index.ts";
import {
  CHUNKS_PREFIX,
  COLLECTION_LOCKS,
  chunkKey,
  LOCKS_PREFIX,
} from "../engine/repository/paths.ts";
import type { S3Config } from "../engine/store/s3/s3-config.ts";
import { keysOf } from "../engine/store/testing/contract.ts";
import { startTestMinio, type TestMinio } from "../engine/store/testing/minio.ts";
import { mountSmallVolume } from "../engine/store/testing/small-volume.ts";
import { changeKey, flipBit } from "../engine/testing/history.ts";
import { capture, fill, textsOf } from "../engine/testing/kv-fill.ts";
import { type KvProcess, startKv } from "../engine/testing/kv-process.ts";
import { chunkUsesOf } from "../engine/verify/chunk-use.ts";
import { isIncluded } from "../engine/write/excluded.ts";
import { createForwarderCertificates } from "../forwarder/certificates.ts";
import { startProxy } from "../forwarder/proxy.ts";
import type { FailureReason } from "./reason.ts";
import type { RestoreResult, SnapshotResult, TaskSuccess } from "./result.ts";
import type {
  BucketPlace,
  ImportTask,
  RepairTask,
  RepositoryPlace,
  RestoreTask,
  SnapshotTask,
  Task,
} from "./task.ts";
import { runWorkerProcess, type WorkerEnd } from "./testing/worker-process.ts";

const subject = { uid: "uid-1", name: "dev", namespace: "team" };
const COUNT = 400;
const asRoot = process.getuid?.() === 0 ? it : it.skip;
const key = (at: number): string => `/registry/configmaps/team/${String(at).padStart(5, "0")}`;
const newSnapId = (): string => snapIdOf(new Date(), randomBytes(6));

function bucketPlace({ endpoint, region, bucket, prefix, credentials }: S3Config): BucketPlace {
  return {
    kind: "s3",
    endpoint: endpoint.origin,
    region,
    bucket,
    prefix,
    pathStyle: true,
    accessKeyId: credentials.accessKey,
    secretAccessKey: credentials.secretKey,
  };
}

let minio: TestMinio;
let config: S3Config;
let repository: RepositoryPlace;

beforeAll(async () => {
  minio = await startTestMinio(process.env);
});

afterAll(async () => {
  await minio.close();
});

beforeEach(async () => {
  config = await minio.newBucket();
  const kek = randomBytes(32).toString("base64");
  repository = { store: bucketPlace(config), kek, create: true };
});

function snapshotTask(url: string, more: Partial<SnapshotTask> = {}): SnapshotTask {
  return {
    operation: "snapshot",
    repository,
    endpoint: { url },
    subject,
    snapId: newSnapId(),
    kind: "auto",
    trigger: "manual",
    facts: { kubernetes: "1.36.0" },
    metadata: { instance: "kind: VClusterInstance" },
    verifyLevel: 3,
    ...more,
  };
}

function restoreTask(url: string, snapId: string, more: Partial<RestoreTask> = {}): RestoreTask {
  return {
    operation: "restore",
    repository,
    endpoint: { url },
    subject,
    snapId,
    mode: "inPlace",
    identity: "same",
    keepEvents: false,
    ...more,
  };
}

type ResultOf<T extends Task> = T extends SnapshotTask | ImportTask
  ? SnapshotResult
  : T extends RestoreTask
    ? RestoreResult
    : TaskSuccess;

/** What a snapshot taken now would hold. */
async function contentOf(store: KvStore): Promise<Readonly<Record<string, string>>> {
  return textsOf((await capture(store)).filter(isIncluded));
}

/** Runs a task that has to succeed, and checks what its process left. */
async function done<T extends Task>(task: T): Promise<ResultOf<T>> {
  const end = await runWorkerProcess(task);
  const { exitCode, result, output } = end;
  if (exitCode !== 0) throw new Error(`The worker ended with ${String(exitCode)}: ${output}`);
  expect(result).toMatchObject({ ok: true, operation: task.operation });
  expectTold(end);
  return end.result as ResultOf<T>;
}

/** Runs a task as a Job does: what a worker calls passing is tried again. */
async function doneAtLast<T extends Task>(task: T): Promise<ResultOf<T>> {
  for (let attempt = 1; attempt < 3; attempt += 1) {
    const { exitCode, output } = await runWorkerProcess(task);
    if (exitCode !== 1) break;
    console.log(`Tried again: ${output}`);
  }
  return done(task);
}

/** The last line is the result, all lines are JSON, and no secret is in any. */
function expectTold({ output, result }: WorkerEnd): void {
  const lines = output.trimEnd().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual(result);
  for (const line of lines) expect(JSON.parse(line)).toBeInstanceOf(Object);
  for (const secret of [repository.kek ?? "", config.credentials.secretKey]) {
    expect(output).not.toContain(secret);
  }
}

async function expectFailure(task: Task, reason: FailureReason, exitCode: 1 | 2): Promise<void> {
  const end = await runWorkerProcess(task);
  expect(end).toMatchObject({ exitCode, result: { ok: false, reason, retry: exitCode === 1 } });
  expectTold(end);
}

describe.each(["etcd", "kine"] as const)("a worker on %s", (dialect) => {
  let kv: KvProcess;

  beforeEach(async () => {
    kv = await startKv(process.env, dialect);
    const values = Array.from({ length: COUNT }, (_, at) => [key(at), randomBytes(2_000)] as const);
    await fill(kv.store, Object.fromEntries(values));
  });

  afterEach(async () => {
    await kv.remove();
  });

  it("takes snapshots, plans, restores in place and proves it", async () => {
    const before = textsOf(await capture(kv.store));
    const task = snapshotTask(kv.url);
    const first = await done(task);
    expect(first).toMatchObject({ kind: "full", snapId: task.snapId, verifiedLevel: 3 });
    expect(first.inventory[0]).toEqual({ prefix: "/registry/configmaps/", keys: COUNT });

    await changeKey(kv.store, key(1), "damaged");
    await changeKey(kv.store, key(2), undefined);
    await changeKey(kv.store, key(COUNT + 1), "new");
    const second = await done(snapshotTask(kv.url));
    expect(second).toMatchObject({ kind: "incremental", base: first.snapId, chainLength: 1 });

    const restore = restoreTask(kv.url, task.snapId);
    const planned = await done({ ...restore, operation: "plan" as const });
    expect(planned).toMatchObject({ puts: 2, deletes: 1, unchanged: COUNT - 2 });
    expect(planned.sample).toEqual([key(1), key(2), key(COUNT + 1)]);
    expect(textsOf(await capture(kv.store))[key(1)]).toBe("damaged");

    const restored = await done(restore);
    expect(restored).toMatchObject({ puts: 2, deletes: 1, proof: { keys: COUNT } });
    expect(textsOf(await capture(kv.store))).toMatchObject(before);
    const again = await done(restore);
    expect(again).toMatchObject({ puts: 0, deletes: 0, proof: restored.proof });
    await expectNoLocks();
  });

  it("replaces what a store holds, again after it was killed before it could say so", async () => {
    const { snapId } = await done(snapshotTask(kv.url));
    const fresh = await startKv(process.env, dialect);
    try {
      const restore = restoreTask(fresh.url, snapId, { mode: "replace", identity: "other" });
      expect(await done(restore)).toMatchObject({ proof: { keys: COUNT } });
      await changeKey(fresh.store, key(COUNT + 1), "used");
      expect(await done(restore)).toMatchObject({ puts: COUNT, proof: { keys: COUNT } });
      expect(textsOf(await capture(fresh.store))).not.toHaveProperty([key(COUNT + 1)]);
    } finally {
      await fresh.remove();
    }
  });

  it("lets a store go on behind a lost one, whatever is put there and whoever knew of that", async () => {
    const { snapId, revision } = await done(snapshotTask(kv.url));
    const reached = { revision: revision + 1_000, time: new Date().toISOString() };
    const fresh = await startKv(process.env, dialect);
    try {
      const how = { mode: "putBack", identity: "same", reached } as const;
      await done(restoreTask(fresh.url, snapId, how));
      expect(await fresh.store.revision()).toBeGreaterThan(reached.revision + 10_000);
    } finally {
      await fresh.remove();
    }
  });

  it("puts back the differences where the store is still the one from before", async () => {
    const { snapId } = await done(snapshotTask(kv.url));
    await changeKey(kv.store, key(1), "changed by a restore that failed");
    const task = restoreTask(kv.url, snapId, { mode: "putBack", identity: "same" });
    expect(await done(task)).toMatchObject({ puts: 1, proof: { keys: COUNT } });
  });

  it("ends in order when it is asked to, and goes on when it is run again", async () => {
    const task = snapshotTask(kv.url);
    const end = await runWorkerProcess(task, { signal: { name: "SIGTERM", at: "Reading" } });
    if (end.exitCode !== 0) {
      expect(end).toMatchObject({ exitCode: 1, result: { reason: "Interrupted", retry: true } });
    }
    await expectNoLocks();
    expect(await done(task)).toMatchObject({ snapId: task.snapId });
  });

  async function expectNoLocks(): Promise<void> {
    const store = createS3Store(config);
    expect(await keysOf(store, LOCKS_PREFIX)).toEqual([]);
  }
});

describe("a worker", () => {
  let kv: KvProcess;

  beforeAll(async () => {
    kv = await startKv(process.env, "etcd");
    await fill(kv.store, { "/registry/configmaps/team/a": "a", "/registry/pods/team/b": "b" });
  });

  afterAll(async () => {
    await kv.remove();
  });

  it("is killed at any moment of a snapshot and of a restore, and the next run ends right", async () => {
    const rounds = 10;
    const values = Array.from({ length: COUNT }, (_, at) => [key(at), randomBytes(9_000)] as const);
    await fill(kv.store, Object.fromEntries(values));
    const wanted = await contentOf(kv.store);
    for (let round = 0; round < rounds; round += 1) {
      const kill = { signal: { name: "SIGKILL", afterMs: 400 + Math.random() * 1_500 } } as const;
      const task = snapshotTask(kv.url, { kind: "full" });
      await runWorkerProcess(task, kill);
      expect(await doneAtLast(task)).toMatchObject({ snapId: task.snapId, verifiedLevel: 3 });
      for (let at = round; at < COUNT; at += 7) await changeKey(kv.store, key(at), undefined);
      const restore = restoreTask(kv.url, task.snapId);
      await runWorkerProcess(restore, kill);
      expect(await doneAtLast(restore)).toMatchObject({ proof: { keys: expect.any(Number) } });
      expect(await contentOf(kv.store)).toEqual(wanted);
    }
    expect(await keysOf(createS3Store(config), LOCKS_PREFIX)).toEqual([]);
  }, 300_000);

  it("answers a repeated task with the snapshot that it made, although the store went on", async () => {
    const task = snapshotTask(kv.url);
    const first = await done(task);
    await changeKey(kv.store, "/registry/configmaps/team/c", String(randomBytes(4)));
    expect(await done(task)).toEqual(first);
  });

  it("verifies, deletes, and removes what is garbage then", async () => {
    const { snapId } = await done(snapshotTask(kv.url, { kind: "full" }));
    const of = { repository, subject, snapId };
    expect(await done({ operation: "verify", ...of, level: 2 })).toMatchObject({ snapId });
    const upon = await done(snapshotTask(kv.url, { kind: "incremental" }));
    const removal = { operation: "delete", ...of, graceSeconds: 0 } as const;
    await expectFailure(removal, "Needed", 2);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const locks = createS3Store(config);
    await locks.put(`${LOCKS_PREFIX}uid-2/writer`, Buffer.from("now"));
    const beside = await done({ ...removal, snapId: upon.snapId });
    expect(beside).not.toHaveProperty("freed");
    await locks.delete([`${LOCKS_PREFIX}uid-2/writer`]);
    const young = await done({ ...removal, graceSeconds: 3_600 });
    expect(young).toMatchObject({ freed: { objects: 0, bytes: 0 } });
    const stored = (await keysOf(locks, CHUNKS_PREFIX)).length;
    expect(await done(removal)).toMatchObject({ freed: { objects: stored } });
    expect(await keysOf(locks, CHUNKS_PREFIX)).toEqual([]);
    await expectFailure({ operation: "verify", ...of, level: 1 }, "SnapshotMissing", 2);
  });

  it("names what an etcd does not take, before anything is restored there", async () => {
    const large = await startKv(process.env, "kine");
    try {
      const name = "/registry/configmaps/team/large";
      await changeKey(large.store, name, "x".repeat(1_571_000));
      const { snapId } = await done(snapshotTask(large.url));
      const verify = { operation: "verify", repository, subject, snapId, level: 2 } as const;
      await done(verify);
      const refused = await runWorkerProcess({ ...verify, into: "etcd" });
      expect(refused).toMatchObject({ exitCode: 2, result: { reason: "ValueTooLarge" } });
      expect(refused.output).toContain(name);
      const filters = { kinds: ["secrets"], namespaces: ["other"] };
      const part = { filters, keepEvents: false, identity: "same" } as const;
      await expectFailure({ ...verify, into: "etcd", part }, "NothingSelected", 2);
    } finally {
      await large.remove();
    }
  });

  it("puts back what is damaged from a copy, other snapshots and the running store, or says what is lost", async () => {
    await changeKey(kv.store, "/registry/configmaps/team/a", "a");
    await changeKey(kv.store, "/registry/configmaps/team/c", "c");
    const { snapId } = await done(snapshotTask(kv.url, { kind: "full" }));
    const stored = createS3Store(config);
    const damageAll = async (): Promise<void> => {
      for (const each of await keysOf(stored, CHUNKS_PREFIX)) await flipBit(stored, each, 60, 3);
    };
    const of = { repository, subject, snapId, level: 3 } as const;
    const repair: RepairTask = { operation: "repair", ...of, replicas: [] };
    const copyPrefix = `${config.prefix}copy/`;
    const copy = createS3Store({ ...config, prefix: copyPrefix });
    for (const each of await keysOf(stored, "")) await copy.put(each, await stored.get(each));
    const replica = { name: "copy", store: store({ prefix: copyPrefix }) };
    const away = { name: "away", store: store({ bucket: "another" }) };

    expect(await done(repair)).toMatchObject({ repaired: 0 });
    await damageAll();
    await flipBit(stored, REPOSITORY_OBJECT, 40, 3);
    await expectFailure({ ...repair, endpoint: { url: kv.url } }, "SnapshotDamaged", 2);
    const copied = await done({ ...repair, replicas: [away, replica] });
    expect(copied).toMatchObject({ verifiedLevel: 3 });
    await done({ operation: "verify", ...of });

    const data = await dataKeysOf(snapId);
    await stored.delete(data);
    const rebuilt = await done({ ...repair, endpoint: { url: kv.url } });
    expect(rebuilt).toMatchObject({ repaired: data.length });
    await done({ operation: "verify", ...of });

    await stored.delete(data);
    await changeKey(kv.store, "/registry/configmaps/team/c", undefined);
    const lost = await runWorkerProcess({ ...repair, replicas: [away], endpoint: { url: kv.url } });
    expect(lost).toMatchObject({ exitCode: 2, result: { ok: false, reason: "SnapshotDamaged" } });
    expect(lost.output).toContain("/registry/configmaps/team/c");
    expect(lost.output).toContain("copy away was not asked");
    expectTold(lost);
    expect(await keysOf(stored, LOCKS_PREFIX)).toEqual([]);
  });

  async function dataKeysOf(snapId: string): Promise<readonly string[]> {
    const access = { kek: kekOf(Buffer.from(repository.kek ?? "", "base64")) };
    const opened = await openRepository(createS3Store(config), access);
    const uses = chunkUsesOf(await openSnapshot(opened, { uid: subject.uid, snapId }));
    return uses.filter(({ part }) => part === "data").map(({ ref }) => chunkKey(ref.id));
  }

  it("imports an archive of vcluster", async () => {
    const file = join(import.meta.dirname, "../engine/import/testdata/vcluster-0.36.1.tar.gz");
    const archives = createS3Store({ ...config, prefix: "archives/" });
    await archives.put("dev.tar.gz", readFileSync(file));
    const named = "2026-07-01T10:00:00Z a+b=c.tar.gz";
    await minio.client.putObject(config.bucket, `archives/${named}`, readFileSync(file));
    const { endpoint: _endpoint, kind: _kind, ...snapshot } = snapshotTask(kv.url);
    const task: ImportTask = {
      ...snapshot,
      operation: "import",
      archive: { store: { ...bucketPlace(config), prefix: "archives/" }, key: "dev.tar.gz" },
    };
    expect(await done(task)).toMatchObject({ kind: "imported", snapId: task.snapId });
    const foreign = { ...task, snapId: newSnapId(), archive: { ...task.archive, key: named } };
    expect(await done(foreign)).toMatchObject({ kind: "imported" });
    const missing = {
      ...task,
      snapId: newSnapId(),
      archive: { ...task.archive, key: "no.tar.gz" },
    };
    await expectFailure(missing, "ArchiveMissing", 2);
  });

  it("puts a key in the place of the one before, which opens nothing any more", async () => {
    const { snapId } = await done(snapshotTask(kv.url));
    const before = repository;
    const kek = randomBytes(32).toString("base64");
    const of = { operation: "verify", subject, snapId, level: 3 } as const;
    await expectFailure({ ...of, repository: { ...before, kek } }, "WrongKey", 2);
    repository = { ...before, kek, previousKek: before.kek ?? "" };
    await done({ ...of, repository });
    await done(snapshotTask(kv.url));
    await done({ ...of, repository: { ...before, kek } });
    await expectFailure({ ...of, repository: before }, "WrongKey", 2);
  });

  it("takes a whole snapshot where what it would build upon is damaged", async () => {
    const { snapId } = await done(snapshotTask(kv.url, { kind: "full" }));
    const stored = createS3Store(config);
    for (const each of await dataKeysOf(snapId)) await flipBit(stored, each, 60, 3);
    await changeKey(kv.store, "/registry/configmaps/team/d", String(randomBytes(4)));
    await expectFailure(snapshotTask(kv.url, { kind: "incremental" }), "SnapshotDamaged", 2);
    const whole = await done(snapshotTask(kv.url));
    expect(whole).toMatchObject({ kind: "full", verifiedLevel: 3 });
    expect(await done(snapshotTask(kv.url))).toMatchObject({ base: whole.snapId });
  });

  it("goes on after a killed run of the same task, and waits for that of another", async () => {
    const task = snapshotTask(kv.url);
    await done(snapshotTask(kv.url));
    const store = createS3Store(config);
    await store.put(`${LOCKS_PREFIX}${subject.uid}/${task.snapId}`, Buffer.from("now"));
    await expectFailure(snapshotTask(kv.url), "Locked", 1);
    await done(task);
    await store.put(`${COLLECTION_LOCKS}else`, Buffer.from("now"));
    await expectFailure(snapshotTask(kv.url), "Locked", 1);
  });

  const store = (changed: Partial<BucketPlace>): BucketPlace => ({
    ...bucketPlace(config),
    ...changed,
  });

  it.each<[FailureReason, 1 | 2, () => RepositoryPlace]>([
    ["WrongKey", 2, () => ({ ...repository, kek: randomBytes(32).toString("base64") })],
    ["KeyRequired", 2, () => ({ store: repository.store, create: true })],
    ["BucketMissing", 2, () => ({ ...repository, store: store({ bucket: "another" }) })],
    ["BucketDenied", 2, () => ({ ...repository, store: store({ secretAccessKey: "wrong-one" }) })],
    ["BucketDenied", 2, () => ({ ...repository, store: store({ accessKeyId: "wrong-one" }) })],
    [
      "RepositoryMissing",
      2,
      () => ({ ...repository, store: store({ prefix: "else/" }), create: false }),
    ],
    [
      "BucketMissing",
      2,
      () => ({ store: { kind: "directory", path: "/no/where" }, create: false }),
    ],
  ])("says %s and ends with %d", async (reason, exitCode, place) => {
    await done(snapshotTask(kv.url));
    await expectFailure(snapshotTask(kv.url, { repository: place() }), reason, exitCode);
  });

  it("says that the store cannot be reached, is not trusted, or asks for too much", async () => {
    await done(snapshotTask(kv.url));
    await expectFailure(snapshotTask("http://127.0.0.1:1"), "StoreUnreachable", 1);
    const noTls = { url: kv.url.replace("http:", "https:"), serverName: "store.test" };
    await expectFailure(snapshotTask(kv.url, { endpoint: noTls }), "StoreUnreachable", 1);
    const { server: tls } = await createForwarderCertificates(Date.now());
    const stranger = await startProxy({ tls, port: 0, socket: "/no/where" });
    const { port } = stranger.address() as AddressInfo;
    const strange = { url: `https://127.0.0.1:${String(port)}`, serverName: "store.test" };
    await expectFailure(snapshotTask(kv.url, { endpoint: strange }), "StoreUntrusted", 2);
    stranger.close();
    await expectFailure(
      snapshotTask(kv.url, { subject: { ...subject, uid: "uid-2" }, kind: "incremental" }),
      "NoParent",
      2,
    );
  });

  asRoot("says that there is no room, and makes no snapshot (needs root)", async () => {
    const values = Array.from({ length: 40 }, (_, at) => [
      `/registry/full/${at}`,
      randomBytes(500_000),
    ]);
    await fill(kv.store, Object.fromEntries(values) as Record<string, Uint8Array>);
    const volume = await mountSmallVolume(12 << 20);
    try {
      const place = { store: { kind: "directory", path: volume.directory }, create: true } as const;
      const task = snapshotTask(kv.url, { repository: place });
      await expectFailure(task, "VolumeFull", 2);
      const verify = { ...{ repository: place, subject, snapId: task.snapId }, level: 1 } as const;
      await expectFailure({ operation: "verify", ...verify }, "SnapshotMissing", 2);
    } finally {
      await volume.remove();
    }
  });

  it("says what is damaged, and restores nothing of it", async () => {
    const { snapId } = await done(snapshotTask(kv.url, { verifyLevel: 1 }));
    const objects = createS3Store(config);
    const [chunk = ""] = await keysOf(objects, "chunks/");
    const bytes = Buffer.from(await objects.get(chunk));
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    await objects.put(chunk, bytes);
    const of = { repository, subject, snapId };
    await expectFailure({ operation: "verify", ...of, level: 2 }, "SnapshotDamaged", 2);
    const before = textsOf(await capture(kv.store));
    await expectFailure(restoreTask(kv.url, snapId), "SnapshotDamaged", 2);
    expect(textsOf(await capture(kv.store))).toEqual(before);
  });
});
