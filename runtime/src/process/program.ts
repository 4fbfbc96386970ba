import type { Writable } from "node:stream";
import { Failure } from "../failure.ts";
import { type ConfigFault, describeFault } from "./config.ts";

/** Exit code of a program that was started wrongly: starting it again as it is would not help. */
const STARTED_WRONGLY = 2;

/** How a program is started. */
export interface ProgramStart<C> {
  /** What was made of the environment. */
  readonly parsed:
    | { readonly config: C; readonly faults?: undefined }
    | { readonly config?: undefined; readonly faults: readonly ConfigFault[] };
  /** Gets one sentence for each mistake. */
  readonly stderr: Pick<Writable, "write">;
  /** Resolves with the exit code. A Failure that it throws is a mistake in how it was started. */
  readonly run: (config: C) => Promise<number>;
}

/**
 * Runs a program to its end and returns its exit code: 2 when a variable, or what it names, cannot be used. What is not
 * a Failure is thrown as it is.
 */
export async function runProgram<C>({ parsed, stderr, run }: ProgramStart<C>): Promise<number> {
  if (parsed.faults !== undefined) {
    for (const fault of parsed.faults) stderr.write(`${describeFault(fault)}\n`);
    return STARTED_WRONGLY;
  }
  try {
    return await run(parsed.config);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === "bug") throw error;
    stderr.write(`${error.message}\n`);
    return STARTED_WRONGLY;
  }
}
