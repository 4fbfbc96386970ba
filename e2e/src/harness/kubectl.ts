import { execFile } from "node:child_process";

/** A finished kubectl. */
export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Any object. */
export type Json = Readonly<Record<string, unknown>>;

/** kubectl on one cluster: the door that users come through. */
export interface Kubectl {
  /** Runs a command and throws with its words when it fails. */
  run(args: readonly string[], stdin?: string): Promise<string>;
  /** Runs a command whatever its exit code. */
  attempt(args: readonly string[], stdin?: string): Promise<KubectlResult>;
  /** `get … -o json`; undefined when the object is absent. */
  get<T = Json>(...args: readonly string[]): Promise<T | undefined>;
  /** Items of `get … -o json`. */
  list<T = Json>(...args: readonly string[]): Promise<readonly T[]>;
  /** `apply -f -` of objects. */
  apply(...objects: readonly object[]): Promise<void>;
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 120_000;

/** Creates a kubectl for a kubeconfig file. */
export function createKubectl(
  binary: string,
  kubeconfig: string,
  env: Readonly<Record<string, string>> = {},
): Kubectl {
  const attempt = (args: readonly string[], stdin?: string): Promise<KubectlResult> =>
    new Promise((resolve) => {
      const child = execFile(
        binary,
        ["--kubeconfig", kubeconfig, ...args],
        { maxBuffer: MAX_OUTPUT_BYTES, timeout: TIMEOUT_MS, env: { ...process.env, ...env } },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
          resolve({ code, stdout, stderr });
        },
      );
      // One that ends before it has read its input says why by its exit code.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(stdin ?? "");
    });
  const run = async (args: readonly string[], stdin?: string): Promise<string> => {
    const { code, stdout, stderr } = await attempt(args, stdin);
    if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr.trim()}`);
    return stdout;
  };
  return {
    run,
    attempt,
    get: async <T>(...args: readonly string[]) => {
      const text = await run(["get", ...args, "--ignore-not-found", "-o", "json"]);
      return text.trim() === "" ? undefined : (JSON.parse(text) as T);
    },
    list: async <T>(...args: readonly string[]) => {
      const text = await run(["get", ...args, "-o", "json"]);
      return (JSON.parse(text) as { readonly items: readonly T[] }).items;
    },
    apply: async (...objects) => {
      const items = objects.map((object) => JSON.stringify(object)).join("\n---\n");
      await run(["apply", "-f", "-"], items);
    },
  };
}
