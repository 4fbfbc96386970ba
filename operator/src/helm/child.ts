import { spawn } from "node:child_process";

/** A program to run, with everything it is given. */
export interface ChildCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** After this the whole process group is ended. */
  readonly deadlineMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
  /** Bytes of each output stream that are kept; the rest is read and dropped. */
  readonly outputBytes: number;
}

/** How a program ended. */
export interface ChildResult {
  /** Absent when a signal ended it. */
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Who ended it: the program, our deadline, or the caller's signal. */
  readonly endedBy: "itself" | "deadline" | "caller";
}

/**
 * Runs a program in a process group of its own and returns when all of the group is gone.
 *
 * @throws What `spawn` reports when the program cannot be started.
 */
export async function runChild(command: ChildCommand, signal: AbortSignal): Promise<ChildResult> {
  signal.throwIfAborted();
  const child = spawn(command.program, command.args, {
    cwd: command.directory,
    env: command.environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stdout = keep(child.stdout, command.outputBytes);
  const stderr = keep(child.stderr, command.outputBytes);
  const timers: NodeJS.Timeout[] = [];
  let endedBy: ChildResult["endedBy"] = "itself";
  const end = (by: "deadline" | "caller"): void => {
    if (endedBy !== "itself") return;
    endedBy = by;
    signalGroup(child.pid, "SIGTERM");
    timers.push(setTimeout(signalGroup, command.graceMs, child.pid, "SIGKILL"));
  };
  const onAbort = (): void => {
    end("caller");
  };
  signal.addEventListener("abort", onAbort, { once: true });
  timers.push(setTimeout(end, command.deadlineMs, "deadline"));
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      // Whoever is left of the group holds our pipes, and `close` would wait for it.
      child.once("exit", () => {
        signalGroup(child.pid, "SIGKILL");
      });
      child.once("close", resolve);
    });
    const ended = exitCode === null ? {} : { exitCode };
    return { ...ended, stdout: stdout(), stderr: stderr(), endedBy };
  } finally {
    signal.removeEventListener("abort", onAbort);
    for (const timer of timers) clearTimeout(timer);
  }
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function keep(stream: NodeJS.ReadableStream, limitBytes: number): () => string {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  stream.on("data", (chunk: Buffer) => {
    const part = chunk.subarray(0, limitBytes - sizeBytes);
    sizeBytes += part.length;
    if (part.length > 0) chunks.push(part);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}
