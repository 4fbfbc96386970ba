import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A line of the facade's standard output: its log, and the audit unless that has a file. */
export type OutputLine = Readonly<Record<string, unknown>>;

/** A facade in a process of its own. */
export interface RunningFacade {
  /** Of the API, on the loopback. */
  readonly port: number;
  /** Of health and metrics. */
  readonly healthPort: number;
  /** What it wrote so far. */
  readonly output: readonly OutputLine[];
  readonly child: ChildProcess;
  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** Starts a facade with these variables and no others; resolves when it serves. Rejects if it ends before. */
export async function startFacade(
  variables: Readonly<Record<string, string>>,
): Promise<RunningFacade> {
  const child = spawn(process.execPath, ["--conditions=source", MAIN], {
    env: { LISTEN_PORT: "0", HEALTH_HOST: "127.0.0.1", HEALTH_PORT: "0", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: OutputLine[] = [];
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString("utf8")));
  const serving = Promise.withResolvers<undefined>();
  createInterface(child.stdout).on("line", (line) => {
    output.push(JSON.parse(line) as OutputLine);
    if (output.at(-1)?.["msg"] === "Serving the API") serving.resolve(undefined);
  });
  const exited = once(child, "exit") as Promise<[number | null]>;
  void exited.then(([code]) => {
    serving.reject(new Error(`The facade ended with ${String(code)}: ${errors.join("")}`));
  });
  await serving.promise;
  const portIn = (message: string): number =>
    Number(output.find((line) => line["msg"] === message)?.["port"]);
  return {
    port: portIn("Serving the API"),
    healthPort: portIn("Serving health and metrics"),
    output,
    child,
    stop: async () => {
      if (child.exitCode === null) child.kill("SIGTERM");
      const [code] = await exited;
      return code;
    },
  };
}
