import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "../../e2e/testbed/progress.ts";
import type { Levels } from "./levels.ts";
import { type Counts, type StepContext } from "./steps.ts";

/** The build of the test cluster's programs, running beside other steps. */
export interface ProgramsBuild {
  /** Waits for its end and says how it goes. A build that failed is one failed check. */
  finish(progress: Progress): Promise<Counts>;
}

/** Groups of `e2e/testbed/binaries/catalog.ts` that tests without a node need. */
const WITHOUT_NODE = ["control-plane", "clients"];

/**
 * Starts to build what the tests will need: on a new machine that takes longer than all the rest,
 * so it runs while types, lint and unit tests do.
 */
export function startBuild(
  levels: Levels,
  { root, directory, children }: StepContext,
): ProgramsBuild {
  const logPath = join(directory, "programs.log");
  const groups = levels.node === undefined ? [] : WITHOUT_NODE;
  const run = (...command: string[]): Promise<number> =>
    // Go would take every core from the tests that run meanwhile.
    children.run({
      argv: ["nice", process.execPath, "e2e/testbed/cli.ts", ...command],
      cwd: root,
      logPath,
    });
  // Tests say themselves which foreign client is missing.
  const foreign = levels.integration === undefined ? run("foreign") : undefined;
  const ended =
    foreign && Promise.all([run("build", ...groups), foreign]).then(([exitCode]) => exitCode);
  return {
    async finish(progress) {
      if (ended === undefined) return { passed: 0, failed: 0, skipped: [] };
      const timer = setInterval(() => {
        progress.say(`  ${lastLineOf(logPath)}`);
      }, 15_000);
      try {
        if ((await ended) === 0) return { passed: 1, failed: 0, skipped: [] };
        process.stdout.write(readFileSync(logPath, "utf8"));
        return { passed: 0, failed: 1, skipped: [] };
      } finally {
        clearInterval(timer);
      }
    },
  };
}

function lastLineOf(path: string): string {
  return readFileSync(path, "utf8").trim().split("\n").at(-1) ?? "";
}
