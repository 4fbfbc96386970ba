import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { signalGroup } from "../../e2e/testbed/host/process.ts";

/** A program to run to its end. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where its output goes; the terminal when absent. */
  readonly logPath?: string;
}

/** Runs programs and can end all of them with everything that they started. */
export interface Children {
  /** Resolves with the exit code; 1 for an end by a signal. Rejects after `stop`. */
  run(command: Command): Promise<number>;
  /** Ends what still runs. */
  stop(): Promise<void>;
}

/** From asking to forcing; a test cluster needs some seconds to go. */
const GRACE_MS = 15_000;

/** Children in process groups of their own, so that none survives its parent. */
export function createChildren(): Children {
  const running = new Set<number>();
  let isStopped = false;
  return {
    run: (command) =>
      isStopped ? Promise.reject(new Error("Interrupted.")) : runOne(command, running),
    async stop() {
      isStopped = true;
      for (const pid of running) signalGroup(pid, "SIGTERM");
      const endMs = performance.now() + GRACE_MS;
      while (running.size > 0 && performance.now() < endMs) await sleep(50);
      for (const pid of running) signalGroup(pid, "SIGKILL");
    },
  };
}

function runOne({ argv, cwd, env, logPath }: Command, running: Set<number>): Promise<number> {
  const [file, ...args] = argv;
  const log = logPath === undefined ? undefined : openSync(logPath, "a", 0o600);
  const output = log ?? "inherit";
  const child = spawn(file, args, {
    cwd,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", output, output],
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  return new Promise((resolve, reject) => {
    const end = (): void => {
      if (pid !== undefined) running.delete(pid);
      if (log !== undefined) closeSync(log);
    };
    child.once("error", (error) => {
      end();
      reject(error);
    });
    child.once("exit", (code) => {
      end();
      resolve(code ?? 1);
    });
  });
}
