import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openKvStore } from "../source/kv-client.ts";
import type { KvDialect, KvStore } from "../source/kv-store.ts";
import { freePorts, type Program, programPath, startProgram } from "./programs.ts";

/** A store of a test's own, and a connection to it. */
export interface KvProcess {
  readonly url: string;
  readonly store: KvStore;
  /** Ends it as a power cut would; its data stays. */
  kill(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A new directory with a path short enough for a socket in it. */
export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), "kv-"));
}

/** Starts etcd or kine on what a directory holds; on nothing at all in a new one. */
export async function startKv(
  env: Environment,
  dialect: KvDialect,
  directory: string = newDirectory(),
): Promise<KvProcess> {
  const { url, program } =
    dialect === "etcd" ? await startEtcd(env, directory) : await startKine(env, directory);
  const store = await openKvStore({ url });
  const kill = async (): Promise<void> => {
    store.close();
    await program.kill();
  };
  const remove = async (): Promise<void> => {
    await kill();
    rmSync(directory, { recursive: true, force: true });
  };
  return { url, store, kill, remove };
}

interface Started {
  readonly url: string;
  readonly program: Program;
}

async function startEtcd(env: Environment, directory: string): Promise<Started> {
  const [port = 0, peerPort = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const program = await startProgram({
    program: programPath(env, "etcd"),
    args: [
      `--data-dir=${etcdData(directory)}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      "--log-level=error",
      "--quota-backend-bytes=4294967296",
    ],
    isReady: () => answers(url),
  });
  return { url, program };
}

async function startKine(env: Environment, directory: string): Promise<Started> {
  const url = `unix://${join(directory, "kine.sock")}`;
  const parameters = "_journal=WAL&cache=shared&_busy_timeout=30000&_txlock=immediate";
  const program = await startProgram({
    program: programPath(env, "kine"),
    args: [
      `--endpoint=sqlite://${kineData(directory)}?${parameters}`,
      `--listen-address=${url}`,
      "--metrics-bind-address=0",
      "--compact-min-retain=0",
    ],
    isReady: () => answers(url),
  });
  return { url, program };
}

/** Where etcd keeps its data in the directory of {@link startKv}. */
function etcdData(directory: string): string {
  return join(directory, "etcd");
}

/** Where kine keeps its data in the directory of {@link startKv}. */
export function kineData(directory: string): string {
  return join(directory, "state.db");
}

async function answers(url: string): Promise<boolean> {
  const store = await openKvStore({ url }, { signal: AbortSignal.timeout(1_000) });
  store.close();
  return true;
}
