import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePorts } from "../../engine/testing/programs.ts";
import type { TlsParts } from "../certificates.ts";
import { FORWARDER_VARIABLES, type ForwarderSettings } from "../settings.ts";

/** A forwarder of a test's own. */
export interface ForwarderProcess {
  /** As a worker's endpoint has it. */
  readonly url: string;
  /** Asks it to end; resolves to its exit code. */
  end(): Promise<number | null>;
  /** Resolves to its exit code when it ends by itself. */
  readonly ended: Promise<number | null>;
}

const MAIN = path.join(import.meta.dirname, "..", "main.ts");
const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** Starts a forwarder as its pod does, and waits until it is ready. */
export async function startForwarder(
  { ca, cert, key }: TlsParts,
  what: Pick<ForwarderSettings, "mode" | "socket" | "database" | "kine">,
): Promise<ForwarderProcess> {
  const tlsDirectory = await mkdtemp(path.join(tmpdir(), "forwarder-"));
  for (const [name, text] of Object.entries({ "ca.crt": ca, "tls.crt": cert, "tls.key": key })) {
    await writeFile(path.join(tlsDirectory, name), text);
  }
  const [port = 0, healthPort = 0] = await freePorts(2);
  const settings: ForwarderSettings = { ...what, tlsDirectory, port, healthPort };
  const variables = Object.entries(FORWARDER_VARIABLES) as [keyof ForwarderSettings, string][];
  const child = spawn(process.execPath, ["--conditions=source", MAIN], {
    env: Object.fromEntries(
      variables.map(([name, variable]) => [variable, String(settings[name])]),
    ),
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit").then(async ([exitCode]: (number | null)[]) => {
    await rm(tlsDirectory, { recursive: true });
    return exitCode ?? null;
  });
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await isReady(healthPort)) && child.exitCode === null) {
    if (performance.now() > deadline) throw new Error("The forwarder is not ready");
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return {
    url: `https://127.0.0.1:${port}`,
    ended,
    end: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    return false;
  }
}
