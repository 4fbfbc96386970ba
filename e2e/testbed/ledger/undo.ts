import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TestbedError } from "../failure.ts";
import { tryCommand } from "../host/command.ts";
import {
  isAlive,
  markedProcesses,
  type ProcessIdentity,
  signalGroup,
  startTimeOf,
  waitGone,
} from "../host/process.ts";
import type { LedgerEntry } from "./entry.ts";
import { type LedgerContent, readLedger } from "./ledger.ts";

const KILL_WAIT_MS = 10_000;

/**
 * Removes everything that a testbed made: its processes first (newest first), then what only
 * they kept busy, its directory last. Safe to run again after an interruption.
 * @throws TestbedError `LeftoverRemains` naming what could not be removed; the ledger stays.
 */
export async function undoTestbed(directory: string): Promise<void> {
  const content = readLedger(directory);
  if (content !== undefined) {
    const left = [...(await endProcesses(content)), ...(await undoEntries(content.entries))];
    if (left.length > 0) {
      throw new TestbedError("LeftoverRemains", `Could not remove: ${left.join("; ")}`);
    }
  }
  rmSync(directory, { recursive: true, force: true });
}

async function endProcesses(content: LedgerContent): Promise<readonly string[]> {
  const recorded = content.entries
    .flatMap((entry) => (entry.kind === "process" ? [entry.process] : []))
    .reverse();
  const alive = await onlyAlive(recorded);
  // Its data is removed too, so nothing is gained by asking a process to end in order.
  for (const { pid } of alive) signalGroup(pid, "SIGKILL");
  await killMarked(content.head.mark);
  const gone = await Promise.all(alive.map((process) => waitGone(process, KILL_WAIT_MS)));
  return alive.filter((_, index) => gone[index] === false).map(({ pid }) => `process ${pid}`);
}

async function onlyAlive(processes: readonly ProcessIdentity[]): Promise<ProcessIdentity[]> {
  const checked = await Promise.all(processes.map(isAlive));
  return processes.filter((_, index) => checked[index]);
}

/** A harness killed between starting a process and recording it leaves one that only its mark names. */
async function killMarked(mark: string): Promise<void> {
  for (const pid of markedProcesses(mark)) {
    const startTime = await startTimeOf(pid);
    if (startTime === undefined) continue;
    signalGroup(pid, "SIGKILL");
    await waitGone({ pid, startTime }, KILL_WAIT_MS);
  }
}

async function undoEntries(entries: readonly LedgerEntry[]): Promise<readonly string[]> {
  const left: string[] = [];
  for (const entry of entries.toReversed()) {
    const problem = await undoEntry(entry);
    if (problem !== undefined) left.push(problem);
  }
  return left;
}

async function undoEntry(entry: LedgerEntry): Promise<string | undefined> {
  switch (entry.kind) {
    case "process":
    case "ports":
    case "kept":
      return undefined;
    case "cgroup":
      return (await removeCgroup(entry.path)) ? undefined : `cgroup ${entry.path}`;
    case "device":
      return removeDevice(entry.name);
  }
}

async function removeDevice(name: string): Promise<string | undefined> {
  const exists = async (): Promise<boolean> =>
    (await tryCommand("ip", ["link", "show", name])).code === 0;
  if (!(await exists())) return undefined;
  const result = await tryCommand("ip", ["link", "del", name]);
  // The end of the node's namespace takes the device away too, perhaps just before our call.
  return (await exists()) ? `device ${name}: ${result.stderr.trim()}` : undefined;
}

/** Kills what is inside and removes the tree from its leaves up. */
async function removeCgroup(path: string): Promise<boolean> {
  const endMs = Date.now() + KILL_WAIT_MS;
  while (existsSync(path)) {
    removeTree(path);
    if (!existsSync(path)) return true;
    if (Date.now() > endMs) return false;
    await sleep(50);
  }
  return true;
}

function removeTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(path, entry.name));
  }
  try {
    for (const pid of readFileSync(join(path, "cgroup.procs"), "utf8")
      .split("\n")
      .filter(Boolean)) {
      process.kill(Number(pid), "SIGKILL");
    }
    rmdirSync(path);
  } catch {
    // Still busy or just gone; the caller looks again.
  }
}
