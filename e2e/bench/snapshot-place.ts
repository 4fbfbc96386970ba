import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PROGRAM_ENVIRONMENT } from "@open-vcluster/image";
import { bundlePrograms } from "@open-vcluster/image/bundle";
import { cacheFor } from "../testbed/binaries/cache.ts";
import { locateBinaries } from "../testbed/binaries/locate.ts";
import { placesOf } from "../testbed/host/places.ts";
import { stderrProgress } from "../testbed/progress.ts";
import { type EtcdProcess, startEtcd } from "./etcd-process.ts";

/** An etcd that holds nothing but what a benchmark writes, and the snapshot engine beside it. */
export interface SnapshotPlace {
  /** Writes the dataset; `scale` 1 is some 32,000 keys. */
  fill(scale: number): Promise<void>;
  /** Changes one object in a hundred. */
  churn(scale: number, round: number): Promise<void>;
  /** A full snapshot in an empty repository. */
  full(): Promise<SnapshotRun>;
  /** A snapshot of what changed since the one before. */
  incremental(): Promise<SnapshotRun>;
  /** Reads the newest snapshot to the last byte; resolves to its seconds. */
  verify(): Promise<number>;
  /** `sha256sum` of all chunks of the repository; resolves to its seconds. */
  digest(): Promise<number>;
  /** `etcdctl snapshot save`; resolves to its seconds. */
  save(): Promise<number>;
  /** The same, and `gzip -1` of it. */
  saveCompressed(): Promise<number>;
  /** Restores the newest snapshot into an etcd that was started for it. */
  load(): Promise<LoadRun>;
  /** The same as vcluster does it, key by key; resolves to keys in a second. */
  loadOneByOne(): Promise<number>;
  /** `etcdutl snapshot restore` of what was saved last, and the start of an etcd on it; resolves to its seconds. */
  restoreSaved(): Promise<number>;
  close(): Promise<void>;
}

/** What a process of the engine told of its restore; Node's start is not in it. */
export interface LoadRun {
  readonly keys: number;
  /** The start of the empty etcd. */
  readonly startSeconds: number;
  /** From the first byte read of the repository until every key was given to etcd. */
  readonly writtenSeconds: number;
  /** The same, until all of it was read back and compared as well. */
  readonly provenSeconds: number;
  readonly peakBytes: number;
}

/** What a process of the engine told of its snapshot. */
export interface SnapshotRun {
  readonly kind: string;
  readonly keys: number;
  readonly valueBytes: number;
  readonly addedBytes: number;
  /** From the first byte read of the repository to the manifest; Node's start is not in it. */
  readonly seconds: number;
  /** The most memory that the process ever held. */
  readonly peakBytes: number;
}

interface Verified {
  readonly findings: number;
  readonly seconds: number;
}

const ROOT = join(import.meta.dirname, "../..");
const PROGRAMS = {
  snapshot: "operator/src/testing/snapshot-main.ts",
  restore: "operator/src/testing/restore-main.ts",
};
const KEK = "5a".repeat(32);
const run = promisify(execFile);

export async function openSnapshotPlace(): Promise<SnapshotPlace> {
  const progress = stderrProgress();
  const cache = cacheFor(placesOf(process.env).cacheRoot);
  const names = ["etcd", "etcdctl", "etcdutl"] as const;
  const { etcd, etcdctl, etcdutl } = await locateBinaries(names, {
    cache,
    progress,
    env: process.env,
  });
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-bench-"));
  const source = await startEtcd(etcd, join(directory, "etcd"));
  const control = (...args: readonly string[]): Promise<unknown> =>
    run(etcdctl, ["--endpoints", source.endpoint, ...args]);
  const repository = join(directory, "repository");
  const file = join(directory, "saved.db");
  const restored = join(directory, "restored");

  const programs = join(directory, "programs");
  await writePrograms(programs);

  async function task(
    name: string,
    env: Readonly<Record<string, string>> = {},
    program: keyof typeof PROGRAMS = "snapshot",
  ): Promise<unknown> {
    const { stdout } = await run(process.execPath, [join(programs, `${program}.js`)], {
      env: {
        ...PROGRAM_ENVIRONMENT,
        PATH: process.env["PATH"],
        SNAPSHOT_TASK: name,
        SNAPSHOT_STORE: source.endpoint,
        SNAPSHOT_DIRECTORY: repository,
        SNAPSHOT_KEK: KEK,
        ...env,
      },
    });
    return JSON.parse(stdout) as unknown;
  }

  async function snapshot(kind: string): Promise<SnapshotRun> {
    const taken = (await task("snapshot")) as SnapshotRun;
    if (taken.kind !== kind) throw new Error(`A snapshot is ${taken.kind} instead of ${kind}`);
    return taken;
  }

  async function save(): Promise<number> {
    rmSync(file, { force: true });
    return secondsOf(() => control("snapshot", "save", file));
  }

  async function withEtcd<T>(use: (etcd: EtcdProcess) => Promise<T>): Promise<T> {
    const target = await startEtcd(etcd, restored);
    try {
      return await use(target);
    } finally {
      await target.stop();
      rmSync(restored, { recursive: true, force: true });
    }
  }

  return {
    fill: async (scale) => {
      await task("fill", { SNAPSHOT_SCALE: String(scale) });
    },
    churn: async (scale, round) => {
      await task("churn", { SNAPSHOT_SCALE: String(scale), SNAPSHOT_ROUND: String(round) });
    },
    full: async () => {
      rmSync(repository, { recursive: true, force: true });
      mkdirSync(repository);
      return snapshot("full");
    },
    incremental: () => snapshot("incremental"),
    verify: async () => {
      const { findings, seconds } = (await task("verify")) as Verified;
      if (findings > 0) throw new Error(`${String(findings)} objects are damaged`);
      return seconds;
    },
    digest: () =>
      secondsOf(() =>
        run("find", [join(repository, "chunks"), "-type", "f", "-exec", "sha256sum", "{}", "+"]),
      ),
    save,
    saveCompressed: async () =>
      (await save()) + (await secondsOf(() => run("gzip", ["-1", "-f", file]))),
    load: () =>
      withEtcd(async ({ endpoint, startSeconds }) => {
        const loaded = await task("load", { SNAPSHOT_STORE: endpoint }, "restore");
        return { ...(loaded as Omit<LoadRun, "startSeconds">), startSeconds };
      }),
    loadOneByOne: () =>
      withEtcd(async ({ endpoint }) => {
        const loaded = await task("oneByOne", { SNAPSHOT_STORE: endpoint }, "restore");
        const { keys, seconds } = loaded as { readonly keys: number; readonly seconds: number };
        return keys / seconds;
      }),
    restoreSaved: async () => {
      const data = `--data-dir=${restored}`;
      const seconds = await secondsOf(() => run(etcdutl, ["snapshot", "restore", file, data]));
      return withEtcd(({ startSeconds }) => Promise.resolve(seconds + startSeconds));
    },
    close: async () => {
      await source.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** As the product's image holds its programs: what is compiled when it starts takes time and memory. */
async function writePrograms(directory: string): Promise<void> {
  mkdirSync(directory);
  writeFileSync(join(directory, "package.json"), JSON.stringify({ type: "module" }));
  const { files } = await bundlePrograms(ROOT, PROGRAMS);
  for (const { path, text } of files) writeFileSync(join(directory, path), text);
}

async function secondsOf(call: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await call();
  return (performance.now() - beganMs) / 1_000;
}
