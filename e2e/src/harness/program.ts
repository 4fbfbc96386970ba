import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "./wait.ts";

/** How one of the product's programs is started. */
export interface ProgramOptions {
  /** Start file below the repository's root. */
  readonly entry: string;
  /** Its whole environment, but for PATH and what Node wants; gets a directory that is removed when the program has ended. */
  readonly env: (directory: string) => Readonly<Record<string, string>>;
}

/** One process of the product. */
export interface Program {
  readonly pid: number;
  /** What it logged so far. */
  log(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** Asks it to end and waits. */
  stop(): Promise<void>;
  /** Resolves with the fields of the first log line that says `message`. Fails when the program ends before. */
  says(message: string): Promise<LogLine>;
  /** What its `/metrics` answers; empty before it serves any. */
  metrics(): Promise<string>;
}

/** A line of a log. */
export type LogLine = Readonly<Record<string, unknown>>;

const ROOT = join(import.meta.dirname, "../../..");
const START_TIMEOUT_MS = 60_000;
const LOOK_MS = 50;

/** Starts a program from its sources, as `make up` does. */
export function startProgram({ entry, env }: ProgramOptions): Program {
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-e2e-"));
  const child = spawn(process.execPath, ["--conditions=source", join(ROOT, entry)], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      // Half of the time that a start takes is for compiling; what was compiled is kept.
      NODE_COMPILE_CACHE: join(ROOT, ".local/compiled"),
      ...env(directory),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  }
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      hasEnded = true;
      rmSync(directory, { recursive: true, force: true });
      resolve();
    });
  });
  const log = (): string => chunks.join("");
  return {
    pid: child.pid ?? -1,
    log,
    kill: (signal) => {
      child.kill(signal);
    },
    ended,
    hasEnded: () => hasEnded,
    stop: async () => {
      if (!hasEnded) child.kill("SIGTERM");
      await ended;
    },
    says: async (message) => {
      const line = await waitFor(
        `${entry} says "${message}"`,
        () => Promise.resolve(lineThatSays(log(), message) ?? (hasEnded ? null : undefined)),
        {
          timeoutMs: START_TIMEOUT_MS,
          intervalMs: LOOK_MS,
          describe: () => Promise.resolve(log().slice(-2_000)),
        },
      );
      if (line === null) throw new Error(`${entry} ended:\n${log().slice(-2_000)}`);
      return line;
    },
    metrics: async () => {
      const port = lineThatSays(log(), "Serving health and metrics")?.["port"];
      return port === undefined ? "" : textAt(Number(port), "/metrics");
    },
  };
}

function lineThatSays(log: string, message: string): LogLine | undefined {
  const said = `"msg":${JSON.stringify(message)}`;
  const line = log.split("\n").find((each) => each.includes(said) && each.endsWith("}"));
  return line === undefined ? undefined : (JSON.parse(line) as LogLine);
}

function textAt(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        resolve(Buffer.concat(chunks).toString("utf8"));
      });
    }).on("error", reject);
  });
}
