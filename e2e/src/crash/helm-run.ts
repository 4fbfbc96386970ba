import { readdirSync, readFileSync } from "node:fs";
import type { Stage } from "../harness/stage.ts";
import { waitFor } from "../harness/wait.ts";

/** A Helm process that is at work on a release. */
export interface HelmRun {
  readonly pid: number;
  kill(): void;
  /** Resolves when it has ended by itself. */
  ended(): Promise<void>;
}

const LOOK_MS = 3;
const TIMEOUT_MS = 300_000;

/**
 * Waits until Helm has locked a release, with a part of its objects perhaps, and stops it there (SIGSTOP).
 *
 * @param path - of an object in the target namespace that must exist as well
 */
export async function catchHelm(stage: Stage, name: string, path?: string): Promise<HelmRun> {
  const targetNamespace = stage.targetNamespace(name);
  const pid = await waitFor(
    `Helm works on ${name}`,
    async () => {
      const running = helmFor(targetNamespace);
      if (running === undefined) return undefined;
      // It stands still while it is looked at, so that it cannot be done before it was seen.
      process.kill(running, "SIGSTOP");
      if (await isAtWork(stage, name, path)) return running;
      process.kill(running, "SIGCONT");
      return undefined;
    },
    { timeoutMs: TIMEOUT_MS, intervalMs: LOOK_MS },
  );
  return {
    pid,
    kill: () => {
      process.kill(pid, "SIGKILL");
    },
    ended: async () => {
      process.kill(pid, "SIGCONT");
      await waitFor(`Helm for ${name} ends`, () => Promise.resolve(!isAlive(pid)), {
        intervalMs: 20,
      });
    },
  };
}

async function isAtWork(stage: Stage, name: string, path: string | undefined): Promise<boolean> {
  const selector = encodeURIComponent(
    `owner=helm,name=${name},status in (pending-install,pending-upgrade)`,
  );
  const secrets = `/api/v1/namespaces/${stage.targetNamespace(name)}/secrets`;
  const locks = await stage.api.marks(`${secrets}?labelSelector=${selector}`);
  if (locks.length === 0) return false;
  return path === undefined || (await stage.inTarget(name, path)) !== undefined;
}

/** Helm's process, if it runs. */
function helmFor(targetNamespace: string): number | undefined {
  const found = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .find((entry) => {
      const [, verb, ...rest] = argumentsOf(entry);
      return verb === "upgrade" && rest.includes(targetNamespace);
    });
  return found === undefined ? undefined : Number(found);
}

function argumentsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** A process that ended but was not waited for counts as ended. */
function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${String(pid)}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
