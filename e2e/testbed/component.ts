import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TestbedError } from "./failure.ts";
import {
  childrenOf,
  isAlive,
  PROCESS_MARK,
  type ProcessIdentity,
  signalGroup,
  spawnDetached,
  startTimeOf,
  waitGone,
  waitStopped,
} from "./host/process.ts";
import type { Ledger } from "./ledger/ledger.ts";

/** A program of the testbed: how it is started and, while it runs, which process it is. */
interface ComponentSpec {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What is spawned forks, and the program itself is the child; entering a pid namespace does that. */
  readonly forks?: true;
}

/** Starts, finds and signals the components of one testbed; any process may hold one. */
export interface Components {
  /** Starts a program in the background; it may not be ready yet when this returns. */
  start(spec: ComponentSpec): Promise<ProcessIdentity>;
  /** Asks `ready` until it is true; fails at once when the program ends. */
  untilReady(name: string, ready: () => Promise<boolean>, options: ReadyOptions): Promise<void>;
  /** Names of all components that were started, oldest first. */
  names(): readonly string[];
  /** The program's own process. */
  identityOf(name: string): ProcessIdentity;
  isAlive(name: string): Promise<boolean>;
  /** Ends it with SIGKILL and waits until it is gone. */
  kill(name: string): Promise<void>;
  /** The same, and forgets it: it is a part of the testbed no more. */
  remove(name: string): Promise<void>;
  /** Stops it from running (SIGSTOP), and returns when it does not run any more; connections to it hang. */
  pause(name: string): Promise<void>;
  resume(name: string): void;
  /** Kills it if it runs and starts it again with the same arguments. */
  restart(name: string): Promise<void>;
  logPathOf(name: string): string;
  /** The whole log since the testbed started, all restarts included. */
  logsOf(name: string): string;
  /** One sentence for each dead component, with the last lines of its log. */
  health(): Promise<readonly string[]>;
}

/** How long to wait for a component. */
interface ReadyOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

interface Running {
  readonly spec: ComponentSpec;
  readonly order: number;
  /** What was spawned: leader of the process group that is signalled. */
  readonly spawned: ProcessIdentity;
  /** The program itself. */
  readonly process: ProcessIdentity;
}

const POLL_MS = 50;
const LOG_TAIL_LINES = 12;

/** Components of the testbed in the ledger's directory. */
export function createComponents(ledger: Ledger): Components {
  const { directory } = ledger;
  const recordPath = (name: string): string => join(directory, "components", `${name}.json`);
  const logPathOf = (name: string): string => join(directory, "logs", `${name}.log`);

  const read = (name: string): Running => {
    try {
      return JSON.parse(readFileSync(recordPath(name), "utf8")) as Running;
    } catch (cause) {
      throw new TestbedError("NoSuchComponent", `This testbed has no component ${name}.`, {
        cause,
      });
    }
  };
  const names = (): readonly string[] =>
    listRecords(join(directory, "components"))
      .map(read)
      .sort((a, b) => a.order - b.order)
      .map((running) => running.spec.name);
  const alive = (name: string): Promise<boolean> => isAlive(read(name).process);

  const start = async (spec: ComponentSpec): Promise<ProcessIdentity> => {
    for (const part of ["components", "logs"]) {
      mkdirSync(join(directory, part), { recursive: true, mode: 0o700 });
    }
    const spawned = await spawnDetached({
      argv: spec.argv,
      env: componentEnvironment(spec, ledger.head.mark),
      logPath: logPathOf(spec.name),
      cwd: directory,
    });
    ledger.record({ kind: "process", component: spec.name, process: spawned });
    const process = spec.forks === true ? await programBehind(spawned) : spawned;
    if (process !== spawned) ledger.record({ kind: "process", component: spec.name, process });
    const order = listRecords(join(directory, "components")).length;
    const running: Running = { spec, order, spawned, process };
    writeFileSync(recordPath(spec.name), JSON.stringify(running), { mode: 0o600 });
    return process;
  };

  const kill = async (name: string): Promise<void> => {
    const { process, spawned } = read(name);
    if (!(await isAlive(process))) return;
    signalGroup(process.pid, "SIGKILL");
    signalGroup(spawned.pid, "SIGKILL");
    if (!(await waitGone(process, 10_000))) {
      throw new TestbedError(
        "WouldNotDie",
        `${name} (process ${process.pid}) did not end within 10 s.`,
      );
    }
  };

  const obituary = (name: string): string =>
    `${name} is not running. Last lines of ${logPathOf(name)}:\n${tail(logPathOf(name))}`;

  return {
    start,
    names,
    identityOf: (name) => read(name).process,
    isAlive: alive,
    kill,
    async remove(name) {
      await kill(name);
      rmSync(recordPath(name));
    },
    async pause(name) {
      const { pid } = read(name).process;
      signalGroup(pid, "SIGSTOP");
      if (await waitStopped(pid, 10_000)) return;
      throw new TestbedError("WouldNotStop", `${name} (process ${pid}) still runs after 10 s.`);
    },
    resume(name) {
      const { process, spawned } = read(name);
      signalGroup(process.pid, "SIGCONT");
      signalGroup(spawned.pid, "SIGCONT");
    },
    async restart(name) {
      const { spec } = read(name);
      await kill(name);
      await start(spec);
    },
    logPathOf,
    logsOf: (name) => readFileSync(logPathOf(name), "utf8"),
    async untilReady(name, ready, { timeoutMs, signal }) {
      const endMs = Date.now() + timeoutMs;
      while (!(await ready())) {
        signal?.throwIfAborted();
        if (!(await alive(name))) throw new TestbedError("ComponentDied", obituary(name));
        if (Date.now() > endMs) {
          const log = `Last lines of its log:\n${tail(logPathOf(name))}`;
          throw new TestbedError(
            "NotReady",
            `${name} was not ready after ${timeoutMs / 1000} s. ${log}`,
          );
        }
        await sleep(POLL_MS);
      }
    },
    async health() {
      const all = names();
      const states = await Promise.all(all.map(alive));
      return all.filter((_, index) => !states[index]).map(obituary);
    },
  };
}

function listRecords(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith(".json"))
      .map((file) => file.slice(0, -".json".length));
  } catch {
    return [];
  }
}

/** A small, known environment: proxies and Go settings of the machine must not reach a component. */
function componentEnvironment(spec: ComponentSpec, mark: string): Record<string, string> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/nonexistent",
    ...spec.env,
    [PROCESS_MARK]: mark,
  };
}

async function programBehind(spawned: ProcessIdentity): Promise<ProcessIdentity> {
  for (let attempt = 0; attempt < 200 && (await isAlive(spawned)); attempt++) {
    const [pid] = childrenOf(spawned.pid);
    const startTime = pid === undefined ? undefined : await startTimeOf(pid);
    if (pid !== undefined && startTime !== undefined) return { pid, startTime };
    await sleep(10);
  }
  return spawned;
}

function tail(path: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
  } catch {
    return "(no log)";
  }
}
