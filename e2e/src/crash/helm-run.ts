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

/** What makes Helm work on a release, and where it is to be caught. */
export interface HelmWork {
  /** Name of the instance. */
  readonly name: string;
  readonly cause: () => Promise<void>;
  /** Of an object in the target namespace that must exist as well. */
  readonly path: string | undefined;
}

const LOOK_MS = 3;
const TIMEOUT_MS = 300_000;

/**
 * Has Helm work, and stops it (SIGSTOP) while it holds the lock of the release, with a part of its objects perhaps.
 *
 * @returns undefined if it was done before anybody saw it, as may happen on a machine that does much besides
 */
export async function catchHelm(
  stage: Stage,
  { name, cause, path }: HelmWork,
): Promise<HelmRun | undefined> {
  const targetNamespace = stage.targetNamespace(name);
  const before = await releaseOf(stage, name);
  await cause();
  const pid = await waitFor(
    `Helm works on ${name}`,
    async () => {
      const running = helmFor(targetNamespace);
      // It stands still while it is looked at, so that it cannot be done before it was seen.
      if (running !== undefined) process.kill(running, "SIGSTOP");
      const { isLocked, newest } = await releaseOf(stage, name);
      if (running === undefined) return newest > before.newest && !isLocked ? "missed" : undefined;
      const isReached = path === undefined || (await stage.inTarget(name, path)) !== undefined;
      if (isLocked && isReached) return running;
      process.kill(running, "SIGCONT");
      return undefined;
    },
    { timeoutMs: TIMEOUT_MS, intervalMs: LOOK_MS },
  );
  return pid === "missed" ? undefined : runOf(name, pid);
}

function runOf(name: string, pid: number): HelmRun {
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

/** The newest revision of a release, 0 without one, and whether Helm is at work on it. */
async function releaseOf(
  stage: Stage,
  name: string,
): Promise<{ readonly newest: number; readonly isLocked: boolean }> {
  const selector = encodeURIComponent(`owner=helm,name=${name}`);
  const secrets = `/api/v1/namespaces/${stage.targetNamespace(name)}/secrets`;
  const marks = await stage.api.marks(`${secrets}?labelSelector=${selector}`);
  const revisions = marks.map(({ metadata: { labels = {} } }) => labels);
  return {
    newest: Math.max(0, ...revisions.map(({ version }) => Number(version))),
    isLocked: revisions.some(({ status = "" }) => /^pending-(install|upgrade)$/.test(status)),
  };
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
