import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** A harness in a process of its own, for tests that kill it. */
export interface Harness {
  readonly child: ChildProcess;
  /** Resolves when its output contains the text. */
  saw(text: string): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts `harness.ts` with a testbed of this level and name. */
export function runHarness(level: "controlPlane" | "node", name: string): Harness {
  const script = join(import.meta.dirname, "harness.ts");
  const child = spawn(process.execPath, [script, level, name], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const waiting = new Set<() => void>();
  const collect = (part: Buffer): void => {
    output += part.toString();
    for (const look of waiting) look();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
  });
  return {
    child,
    saw: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!output.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        void exited.then(() => {
          reject(new Error(`The harness ended without "${text}":\n${output}`));
        });
        look();
      }),
    kill: () => {
      child.kill("SIGKILL");
      return exited;
    },
  };
}
