import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, type KeyPair, writePair } from "../../testbed/cluster/pki.ts";
import { freePorts } from "../../testbed/host/ports.ts";
import type { TestbedFacts } from "./environment.ts";

/** An etcd as somebody else runs it: with TLS and its own authority, on an address that pods reach. */
export interface OwnEtcd {
  readonly endpoint: string;
  /** Secret data for a client, PEM. */
  readonly client: KeyPair & { readonly ca: string };
  stop(): Promise<void>;
}

/** Starts an etcd beside the testbed. */
export async function startOwnEtcd(testbed: TestbedFacts): Promise<OwnEtcd> {
  const info = testbed.info as {
    readonly address: string;
    readonly binaries: { readonly etcd: string };
  };
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-etcd-"));
  const authority = await createAuthority(new Date());
  const ca = writePair(directory, "ca", { cert: authority.caCert, key: "" });
  const hosts = [info.address, "127.0.0.1"];
  const server = writePair(
    directory,
    "server",
    await authority.issue({ commonName: "etcd", hosts }),
  );
  const client = await authority.issue({ commonName: "virtual-cluster" });
  const [port = 0, peerPort = 0] = await freePorts(2, new Set(), process.pid);
  const endpoint = `https://${info.address}:${String(port)}`;
  const peer = `http://127.0.0.1:${String(peerPort)}`;
  const child = spawn(
    info.binaries.etcd,
    [
      "--name=own",
      `--data-dir=${join(directory, "data")}`,
      `--listen-client-urls=${endpoint}`,
      `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=own=${peer}`,
      `--cert-file=${server.certFile}`,
      `--key-file=${server.keyFile}`,
      `--trusted-ca-file=${ca.certFile}`,
      "--client-cert-auth",
      "--unsafe-no-fsync",
      "--log-level=error",
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  return {
    endpoint,
    client: { ...client, ca: authority.caCert },
    stop: () => end(child, directory),
  };
}

async function end(child: ChildProcess, directory: string): Promise<void> {
  const closed = new Promise((resolve) => child.once("close", resolve));
  if (child.exitCode === null) {
    child.kill("SIGKILL");
    await closed;
  }
  rmSync(directory, { recursive: true, force: true });
}
