import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { freePorts } from "../testbed/host/ports.ts";

/** An etcd of one member on the loopback, durable as in production. */
export interface EtcdProcess {
  readonly endpoint: string;
  /** From its start until it answers. */
  readonly startSeconds: number;
  stop(): Promise<void>;
}

const QUOTA_BYTES = 8 * 1_024 ** 3;
const POLL_MS = 10;
const READY_WITHIN_MS = 60_000;

/** Starts etcd on a data directory: an empty store where there is none. */
export async function startEtcd(program: string, dataDirectory: string): Promise<EtcdProcess> {
  const [port = 0, peerPort = 0] = await freePorts(2, new Set(), process.pid);
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const peer = `http://127.0.0.1:${String(peerPort)}`;
  const beganMs = performance.now();
  const child = spawn(
    program,
    [
      `--data-dir=${dataDirectory}`,
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
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await closed;
  };
  while (!(await serves(endpoint))) {
    if (child.exitCode !== null || performance.now() - beganMs > READY_WITHIN_MS) {
      await stop();
      throw new Error(`etcd does not serve ${dataDirectory}`);
    }
    await delay(POLL_MS);
  }
  return { endpoint, startSeconds: (performance.now() - beganMs) / 1_000, stop };
}

async function serves(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/health`)).ok;
  } catch {
    return false;
  }
}
