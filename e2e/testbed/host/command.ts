import { spawn } from "node:child_process";
import { TestbedError } from "../failure.ts";

/** What a finished command said. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command; `env` replaces the environment when given. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

const KEPT_CHARS = 1_000_000;

/** Runs a command to its end and returns what it said; never throws for a non-zero exit. */
export function tryCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: withSystemTools(options.env ?? process.env),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout = (stdout + text).slice(-KEPT_CHARS);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-KEPT_CHARS);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, stdout, stderr });
    });
    // A command that never reads its input closes the pipe; that is not our failure.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** Root's tools are often not on the PATH of the program that calls us. */
function withSystemTools(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: `${env["PATH"] ?? ""}:/usr/sbin:/sbin` };
}

/**
 * Runs a command and returns its standard output.
 * @throws TestbedError `CommandFailed` with the last lines of what it said.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await tryCommand(file, args, options);
  if (result.code === 0) return result.stdout;
  const said = `${result.stderr}\n${result.stdout}`.trim().split("\n").slice(-15).join("\n");
  throw new TestbedError(
    "CommandFailed",
    `${file} ${args[0] ?? ""} failed with exit code ${String(result.code)}:\n${said}`,
  );
}
