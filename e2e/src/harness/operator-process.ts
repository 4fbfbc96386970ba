import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestbedFacts } from "./environment.ts";
import { waitFor } from "./wait.ts";

/** How an operator is started. */
export interface OperatorOptions {
  readonly testbed: TestbedFacts;
  /** Two operators on one cluster need different ids. */
  readonly operatorId: string;
  readonly namespace: string;
  /** Further environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Start file below the repository's root; default `operator/src/main.ts`. */
  readonly entry?: string;
}

/** One operator process. */
export interface OperatorProcess {
  readonly pid: number;
  /** What it logged so far. */
  log(): string;
  /** The log's lines that announce effects, in order. */
  effects(): readonly string[];
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** Asks it to end and waits. */
  stop(): Promise<void>;
  /** Resolves when it leads. */
  leading(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "../../..");

/** Starts the operator from its sources, as `make up` does. */
export function startOperator(options: OperatorOptions): OperatorProcess {
  const { testbed } = options;
  const workDirectory = mkdtempSync(join(tmpdir(), "open-vcluster-e2e-"));
  const child = spawn(
    process.execPath,
    ["--conditions=source", join(ROOT, options.entry ?? "operator/src/main.ts")],
    {
      cwd: ROOT,
      env: {
        PATH: process.env["PATH"],
        KUBECONFIG: testbed.kubeconfig,
        CHART_SOURCE: `folder:${testbed.charts}`,
        HELM: testbed.helm,
        HEALTH_HOST: "127.0.0.1",
        HEALTH_PORT: "0",
        WORK_DIRECTORY: workDirectory,
        OPERATOR_ID: options.operatorId,
        OPERATOR_NAMESPACE: options.namespace,
        LEASE_DURATION: "6s",
        ...options.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return handleOf(child, workDirectory);
}

function handleOf(child: ChildProcess, workDirectory: string): OperatorProcess {
  const chunks: string[] = [];
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  }
  const end = new Promise<void>((resolve) => {
    child.once("close", () => {
      ended = true;
      rmSync(workDirectory, { recursive: true, force: true });
      resolve();
    });
  });
  const log = (): string => chunks.join("");
  return {
    pid: child.pid ?? -1,
    log,
    effects: () => effectsIn(log()),
    kill: (signal) => {
      child.kill(signal);
    },
    ended: end,
    hasEnded: () => ended,
    stop: async () => {
      if (!ended) child.kill("SIGTERM");
      await end;
    },
    leading: async () => {
      await waitFor(
        "the operator leads",
        () => Promise.resolve(log().includes('"msg":"Leading"')),
        {
          timeoutMs: 60_000,
          intervalMs: 50,
          describe: () => Promise.resolve(log().slice(-2_000)),
        },
      );
    },
  };
}

function effectsIn(log: string): readonly string[] {
  return log
    .split("\n")
    .filter((line) => line.includes('"msg":"Acting"'))
    .map((line) => (JSON.parse(line) as { readonly effect: string }).effect);
}
