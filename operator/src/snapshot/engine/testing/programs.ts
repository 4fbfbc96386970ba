import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/** Programs of the testbed that tests start for themselves. */
export type ProgramName = "etcd" | "etcdctl" | "etcdutl" | "kine" | "kube-apiserver" | "minio";

/** A child of this test. */
export interface Program {
  readonly pid: number;
  /** Ends it at once, as a power cut would; resolves when it is gone. */
  kill(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** The path of a program; `env` is that of the test run. */
export function programPath(
  env: Readonly<Record<string, string | undefined>>,
  name: ProgramName,
): string {
  const file = env["TESTBED_INFO"];
  if (file === undefined) throw new Error("TESTBED_INFO is not set; run the project integration");
  const info = JSON.parse(readFileSync(file, "utf8")) as {
    readonly binaries: Readonly<Record<string, string>>;
  };
  const found = info.binaries[name];
  if (found === undefined) throw new Error(`The testbed has no ${name}`);
  return found;
}

/** Ports of the loopback that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await once(server, "listening");
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** What to run, and how to tell that it is there. */
export interface ProgramSpec {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** Whether it answers; a failure is a no. */
  readonly isReady: () => Promise<boolean>;
}

/** Starts a program and waits until it is ready; throws what it said if it is not in time. */
export async function startProgram(spec: ProgramSpec): Promise<Program> {
  const child = spawn(spec.program, spec.args, {
    env: spec.env ?? {},
    stdio: ["ignore", "pipe", "pipe"],
    ...(spec.directory === undefined ? {} : { cwd: spec.directory }),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said = `${said}${chunk.toString("utf8")}`.slice(-4000);
    });
  }
  const exited = once(child, "exit");
  const program = { pid: child.pid ?? 0, kill: () => kill(child, exited) };
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await spec.isReady().catch(() => false))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await program.kill();
      throw new Error(`${spec.program} is not ready: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return program;
}

async function kill(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  await exited;
}
