import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TestbedError } from "../../e2e/testbed/failure.ts";
import {
  isAlive,
  type ProcessIdentity,
  signalGroup,
  spawnDetached,
  waitGone,
} from "../../e2e/testbed/host/process.ts";
import type { Progress } from "../../e2e/testbed/progress.ts";
import { type Checkout, type ProgramName, programFiles } from "./checkout.ts";

/** One program that runs on this machine. */
export interface Program {
  /** Name of its log and state. */
  readonly name: ProgramName;
  readonly argv: readonly [program: string, ...args: string[]];
  readonly settings: Readonly<Record<string, string>>;
  /** Text of its log that says that it works. */
  readonly worksLine: string;
  /** What is said when that takes long. */
  readonly late: string;
}

/** A running program, as `.local/process/NAME.json` keeps it. */
export interface RunningProgram {
  readonly identity: ProcessIdentity;
  /** Of command, settings and credentials: another digest asks for a restart. */
  readonly digest: string;
}

/** Longer than a dead leader keeps others from taking over. */
const WORKING_TIMEOUT_MS = 60_000;
const POLL_MS = 250;
/** Longer than a program gives itself to end in order. */
const STOP_TIMEOUT_MS = 40_000;

/** The program of this checkout: the one that runs if it is today's, else a new one. */
export async function ensureProgram(
  checkout: Checkout,
  program: Program,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<RunningProgram> {
  const { name } = program;
  const digest = digestOf(checkout, program);
  const before = readState(checkout, name);
  if (before !== undefined && (await isAlive(before.identity))) {
    if (before.digest === digest) {
      progress.say(`The ${name} runs already (process ${String(before.identity.pid)})`);
      return before;
    }
    await progress.step(`Stopping the ${name}: its settings changed`, () =>
      stopProgram(checkout, name),
    );
  } else if (before !== undefined) {
    progress.say(`The ${name} (process ${String(before.identity.pid)}) is gone`);
  }
  return progress.step(`Starting the ${name}`, async () => {
    const logged = logOf(checkout, name).length;
    const identity = await spawn(checkout, program);
    const started = { identity, digest };
    const { state } = programFiles(checkout, name);
    mkdirSync(dirname(state), { recursive: true, mode: 0o700 });
    writeFileSync(state, JSON.stringify(started), { mode: 0o600 });
    const works = (): boolean => logOf(checkout, name).slice(logged).includes(program.worksLine);
    if (!(await untilWorking(works, () => requireProgram(checkout, name, started), signal))) {
      progress.say(program.late);
    }
    return started;
  });
}

/** Throws TestbedError `ProgramDied` with the last lines of its log. */
async function requireProgram(
  checkout: Checkout,
  name: ProgramName,
  { identity }: RunningProgram,
): Promise<void> {
  if (await isAlive(identity)) return;
  const tail = logOf(checkout, name).trim().split("\n").slice(-15).join("\n");
  throw new TestbedError(
    "ProgramDied",
    `The ${name} ended. The last lines of .local/${name}.log:\n${tail}`,
  );
}

/** Returns false when it does not work in time. */
async function untilWorking(
  works: () => boolean,
  requireAlive: () => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const endMs = performance.now() + WORKING_TIMEOUT_MS;
  while (!works()) {
    await requireAlive();
    if (performance.now() > endMs) return false;
    await sleep(POLL_MS, undefined, { signal });
  }
  return true;
}

/** Ends a program in order, or by force when that takes too long. Returns whether one ran. */
export async function stopProgram(checkout: Checkout, name: ProgramName): Promise<boolean> {
  const running = readState(checkout, name);
  rmSync(programFiles(checkout, name).state, { force: true });
  if (running === undefined || !(await isAlive(running.identity))) return false;
  // One signal to one process: a second one would make it leave without giving back what it holds.
  process.kill(running.identity.pid, "SIGTERM");
  if (!(await waitGone(running.identity, STOP_TIMEOUT_MS))) {
    signalGroup(running.identity.pid, "SIGKILL");
  }
  return true;
}

/** Everything that a program logged. */
export function logOf(checkout: Checkout, name: ProgramName): string {
  const { log } = programFiles(checkout, name);
  return existsSync(log) ? readFileSync(log, "utf8") : "";
}

function readState(checkout: Checkout, name: ProgramName): RunningProgram | undefined {
  try {
    const { state } = programFiles(checkout, name);
    return JSON.parse(readFileSync(state, "utf8")) as RunningProgram;
  } catch {
    return undefined;
  }
}

function spawn(checkout: Checkout, { name, argv, settings }: Program): Promise<ProcessIdentity> {
  mkdirSync(checkout.localDirectory, { recursive: true, mode: 0o700 });
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return spawnDetached({
    argv,
    env: { ...Object.fromEntries(inherited), ...settings },
    logPath: programFiles(checkout, name).log,
    cwd: checkout.root,
  });
}

function digestOf(checkout: Checkout, { argv, settings }: Program): string {
  return createHash("sha256")
    .update(JSON.stringify([argv, settings]))
    .update(readFileSync(checkout.kubeconfig))
    .digest("hex");
}
