import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestbedFacts } from "./environment.ts";
import { type LogLine, type Program, startProgram } from "./program.ts";

/** How a facade is started. */
export interface FacadeOptions {
  readonly testbed: TestbedFacts;
  /** Namespace of the product, the operator's. */
  readonly namespace: string;
  /** Further environment, such as `LISTEN_PORT`; without it the facade takes a free port. */
  readonly env?: Readonly<Record<string, string>>;
  /** Start file below the repository's root; default `facade/src/main.ts`. */
  readonly entry?: string;
}

/** One facade process. */
export interface FacadeProcess extends Program {
  /** Resolves with its port on the loopback when it serves the API. */
  serving(): Promise<number>;
  /** Lines of its audit so far, in order; none after its end, unless `env` named the file. */
  audit(): readonly LogLine[];
}

/** Calls per second that one test may make; limits have tests of their own. */
const PLENTY = "100000";

/** Starts a facade. */
export function startFacade(options: FacadeOptions): FacadeProcess {
  const { testbed } = options;
  let auditFile = "";
  const program = startProgram({
    entry: options.entry ?? "facade/src/main.ts",
    env: (directory) => {
      auditFile = options.env?.["AUDIT_FILE"] ?? join(directory, "audit.log");
      return {
        KUBECONFIG: testbed.kubeconfig,
        FACADE_NAMESPACE: options.namespace,
        LISTEN_PORT: "0",
        HEALTH_HOST: "127.0.0.1",
        HEALTH_PORT: "0",
        RATE_LIMIT_PER_SECOND: PLENTY,
        RATE_LIMIT_BURST: PLENTY,
        AUDIT_FILE: auditFile,
        ...options.env,
      };
    },
  });
  return {
    ...program,
    serving: async () => Number((await program.says("Serving the API"))["port"]),
    audit: () => linesOf(auditFile),
  };
}

function linesOf(file: string): readonly LogLine[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LogLine);
}
