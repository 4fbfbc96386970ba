import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { tryCommand } from "./command.ts";

/** A process that cannot be mistaken for a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: kernel ticks on Linux, the text of `ps -o lstart` elsewhere. */
  readonly startTime: string;
}

/** Environment variable that every process of a testbed carries, so that none can be lost. */
export const PROCESS_MARK = "OPEN_VCLUSTER_TESTBED";

/** When the process started, or undefined when there is none (a zombie counts as none). */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") return linuxStat(pid)?.startTime;
  const result = await tryCommand("ps", ["-o", "lstart=", "-p", String(pid)]);
  const text = result.stdout.trim();
  return result.code === 0 && text !== "" ? text : undefined;
}

/** Whether exactly this process still runs. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await startTimeOf(identity.pid)) === identity.startTime;
}

/** This process, as others will see it. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, startTime: (await startTimeOf(process.pid)) ?? "unknown" };
}

/** A child that outlives its parent: own session, output appended to a log file. */
export async function spawnDetached(spec: {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logPath: string;
  readonly cwd: string;
}): Promise<ProcessIdentity> {
  const [file, ...args] = spec.argv;
  const log = openSync(spec.logPath, "a", 0o600);
  try {
    const child = spawn(file ?? "", args, {
      detached: true,
      cwd: spec.cwd,
      env: spec.env,
      stdio: ["ignore", log, log],
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    child.unref();
    const pid = child.pid ?? 0;
    return { pid, startTime: (await startTimeOf(pid)) ?? "gone" };
  } finally {
    closeSync(log);
  }
}

/** Signals a process group (or, failing that, the process); a missing one is fine. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
    } catch {
      // Gone already, which is what the caller wants to achieve or will notice by looking.
    }
  }
}

/** Waits until the process is gone. Returns false when it still runs at the end of the time. */
export async function waitGone(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const endMs = Date.now() + timeoutMs;
  while (await isAlive(identity)) {
    if (Date.now() > endMs) return false;
    await sleep(20);
  }
  return true;
}

/**
 * Waits until no thread of the process runs any more after a SIGSTOP: one of them has to take the signal first, and on a
 * busy machine the others go on meanwhile. Returns false when one still runs at the end of the time. Elsewhere than on
 * Linux it does not wait.
 */
export async function waitStopped(pid: number, timeoutMs: number): Promise<boolean> {
  const endMs = Date.now() + timeoutMs;
  while (process.platform === "linux" && !threadStatesOf(pid).every((state) => state === "T")) {
    if (Date.now() > endMs) return false;
    await sleep(5);
  }
  return true;
}

function threadStatesOf(pid: number): readonly string[] {
  const tasks = `/proc/${String(pid)}/task`;
  return readdirSync(tasks).flatMap((task) => {
    try {
      const text = readFileSync(`${tasks}/${task}/stat`, "latin1");
      return [text.slice(text.lastIndexOf(")") + 2, text.lastIndexOf(")") + 3)];
    } catch {
      // A thread that ended meanwhile.
      return [];
    }
  });
}

/** Children of a process, by the kernel's list. Linux only. */
export function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, "utf8");
    return text.trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Processes whose environment carries the mark of one testbed. Linux only; elsewhere none. */
export function markedProcesses(mark: string): readonly number[] {
  if (process.platform !== "linux") return [];
  const wanted = `${PROCESS_MARK}=${mark}`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environmentOf(pid).includes(wanted) && linuxStat(Number(pid)) !== undefined)
    .map(Number);
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    return [];
  }
}

function linuxStat(pid: number): { readonly startTime: string } | undefined {
  try {
    return parseStat(readFileSync(`/proc/${String(pid)}/stat`, "latin1"));
  } catch {
    return undefined;
  }
}

/**
 * Reads `/proc/PID/stat`; undefined for a process that has ended. Pure.
 *
 * While it is killed its first thread may be a zombie before the others: they still hold its files, and its ports.
 */
export function parseStat(text: string): { readonly startTime: string } | undefined {
  // The command name may contain spaces and parentheses; fields count from the last ")".
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const hasEnded = state === "Z" && Number(fields[17]) <= 1;
  const startTime = fields[19];
  return hasEnded || startTime === undefined ? undefined : { startTime };
}
