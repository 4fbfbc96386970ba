import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { waitFor } from "../src/harness/wait.ts";
import { cacheFor } from "../testbed/binaries/cache.ts";
import { locateBinaries } from "../testbed/binaries/locate.ts";
import { placesOf } from "../testbed/host/places.ts";
import { freePorts } from "../testbed/host/ports.ts";
import { stderrProgress } from "../testbed/progress.ts";

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
  /** `etcdctl snapshot save`; resolves to its seconds. */
  save(): Promise<number>;
  /** The same, and `gzip -1` of it. */
  saveCompressed(): Promise<number>;
  close(): Promise<void>;
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

const ROOT = join(import.meta.dirname, "../..");
const PROGRAM = join(ROOT, "operator/src/testing/snapshot-main.ts");
const KEK = "5a".repeat(32);
/** The memory of a worker is bounded as that of its container will be. */
const NODE_OPTIONS = "--max-semi-space-size=4 --max-old-space-size=128";
const QUOTA_BYTES = 8 << 30;
const run = promisify(execFile);

export async function openSnapshotPlace(): Promise<SnapshotPlace> {
  const progress = stderrProgress();
  const cache = cacheFor(placesOf(process.env).cacheRoot);
  const names = ["etcd", "etcdctl"] as const;
  const { etcd, etcdctl } = await locateBinaries(names, { cache, progress, env: process.env });
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-bench-"));
  const [port = 0, peerPort = 0] = await freePorts(2, new Set(), process.pid);
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const peer = `http://127.0.0.1:${String(peerPort)}`;
  const child = spawn(
    etcd,
    [
      `--data-dir=${join(directory, "etcd")}`,
      `--listen-client-urls=${endpoint}`,
      `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      `--quota-backend-bytes=${String(QUOTA_BYTES)}`,
      "--log-level=error",
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const closed = new Promise((resolve) => child.once("close", resolve));
  const control = (...args: readonly string[]): Promise<unknown> =>
    run(etcdctl, ["--endpoints", endpoint, ...args]);
  await waitFor("etcd serves", () =>
    control("endpoint", "health").then(
      () => true,
      () => undefined,
    ),
  );
  const repository = join(directory, "repository");
  const file = join(directory, "saved.db");

  async function task(name: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const { stdout } = await run(process.execPath, ["--conditions=source", PROGRAM], {
      cwd: ROOT,
      env: {
        PATH: process.env["PATH"],
        NODE_OPTIONS,
        SNAPSHOT_TASK: name,
        SNAPSHOT_STORE: endpoint,
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
    save,
    saveCompressed: async () =>
      (await save()) + (await secondsOf(() => run("gzip", ["-1", "-f", file]))),
    close: async () => {
      child.kill("SIGKILL");
      await closed;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function secondsOf(call: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await call();
  return (performance.now() - beganMs) / 1_000;
}
