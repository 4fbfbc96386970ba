import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseResult, type TaskResult } from "../result.ts";
import type { Task } from "../task.ts";

/** What a worker's process left. */
export interface WorkerEnd {
  /** Null if it was killed. */
  readonly exitCode: number | null;
  /** All that it printed. */
  readonly output: string;
  /** Of its termination message. */
  readonly result: TaskResult | undefined;
}

export interface WorkerRun {
  /** Sends a signal so long after the start, or as soon as it prints a word. */
  readonly signal?: { readonly name: NodeJS.Signals } & (
    | { readonly afterMs: number; readonly at?: undefined }
    | { readonly at: string }
  );
}

const MAIN = path.join(import.meta.dirname, "..", "main.ts");

/** Runs a worker as a Job does, in a process of its own. */
export async function runWorkerProcess(task: Task, { signal }: WorkerRun = {}): Promise<WorkerEnd> {
  const directory = await mkdtemp(path.join(tmpdir(), "worker-"));
  const taskFile = path.join(directory, "task.json");
  const log = path.join(directory, "termination-log");
  await writeFile(taskFile, JSON.stringify(task));
  const child = spawn(process.execPath, ["--conditions=source", MAIN], {
    env: { TASK_FILE: taskFile, TERMINATION_LOG: log },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let isSent = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (isSent || signal?.at === undefined || !output.includes(signal.at)) return;
      isSent = child.kill(signal.name);
    });
  }
  const timer =
    signal === undefined || signal.at !== undefined
      ? undefined
      : setTimeout(() => child.kill(signal.name), signal.afterMs);
  const [exitCode] = (await once(child, "close")) as [number | null];
  clearTimeout(timer);
  const kept = await readFile(log, "utf8").catch(() => "");
  await rm(directory, { recursive: true });
  return { exitCode, output, result: parseResult(kept) };
}
