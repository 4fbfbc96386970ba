import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { placesOf } from "../e2e/testbed/host/places.ts";
import { removeStale } from "../e2e/testbed/ledger/stale.ts";
import { createProgress } from "../e2e/testbed/progress.ts";
import { createChildren } from "./checks/children.ts";
import { levelsOf } from "./checks/levels.ts";
import { startBuild } from "./checks/programs.ts";
import {
  type Counts,
  checkCommand,
  checkGenerated,
  notRun,
  runJest,
  type StepContext,
} from "./checks/steps.ts";
import { lastLine, type Outcome, overview, tallyOf } from "./checks/tally.ts";

/** Tests share one machine with the test cluster that they use. */
const INTEGRATION_WORKERS = 2;
const NODE_WORKERS = 1;
const UNIT_WORKERS = 2;

/** One by one, so that a wrong space does not hide a wrong import. */
const LINTS = [
  ["format", "lint:format"],
  ["rules", "lint:rules"],
  ["dependency directions", "lint:directions"],
  ["dead code", "lint:unused"],
  ["wire contract", "lint:proto"],
] as const;

const root = join(import.meta.dirname, "..");
const directory = join(root, ".local", "test");
const progress = createProgress((line) => process.stdout.write(`${line}\n`));
const children = createChildren();
const context: StepContext = { root, directory, children };
const outcomes: Outcome[] = [];
const interruption = new AbortController();

for (const [name, exitCode] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.once(name, () => {
    progress.say(`${name}: ending everything that was started`);
    interruption.abort(exitCode);
    void children.stop();
  });
}

try {
  await runSteps();
} catch (error) {
  if (!interruption.signal.aborted) throw error;
} finally {
  await cleanUp();
}
if (interruption.signal.aborted) process.exitCode = interruption.signal.reason as number;
else sumUp();

function sumUp(): void {
  const skipsFail = process.env["CI"] === "true";
  const tally = tallyOf(outcomes, skipsFail);
  process.exitCode = tally.failed > 0 ? 1 : 0;
  process.stdout.write(`\n${overview(outcomes, skipsFail)}\n\n${lastLine(tally)}\n`);
}

async function runSteps(): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const levels = await levelsOf(root, progress);
  const build = startBuild(levels, context);
  await step("types", () => checkCommand(["node_modules/.bin/tsc", "-b"], context));
  for (const [name, script] of LINTS) {
    await step(name, () => checkCommand(["npm", "run", "--silent", script], context));
  }
  await step("generated files", () => checkGenerated(context));
  await step("unit tests", () => runJest("unit", UNIT_WORKERS, context));
  const built = await step("programs of the test cluster", () => build.finish(progress));
  const blocked = built.failed > 0 ? "the programs of the test cluster were not built" : undefined;
  await level("integration tests", levels.integration ?? blocked, () =>
    runJest("integration", INTEGRATION_WORKERS, context),
  );
  await level("node tests", levels.node ?? blocked, () => runJest("node", NODE_WORKERS, context));
}

function level(
  name: string,
  reason: string | undefined,
  work: () => Promise<Counts>,
): Promise<Counts> {
  return step(name, reason === undefined ? work : () => Promise.resolve(notRun(reason)));
}

async function step(name: string, work: () => Promise<Counts>): Promise<Counts> {
  process.stdout.write("\n");
  progress.say(`==> ${name}`);
  const beganMs = performance.now();
  const counts = await work();
  const elapsedMs = performance.now() - beganMs;
  const ended = `${String(counts.passed)} passed, ${String(counts.failed)} failed`;
  const skips = counts.skipped.length === 0 ? "" : `, ${String(counts.skipped.length)} skipped`;
  progress.say(`<== ${name}: ${ended}${skips} in ${(elapsedMs / 1000).toFixed(1)} s`);
  outcomes.push({ name, ...counts, elapsedMs });
  return counts;
}

/** A test run that was ended leaves its test cluster; its owner is gone, so it is found and removed. */
async function cleanUp(): Promise<void> {
  await children.stop();
  await removeStale(placesOf(process.env).testbedsRoot, progress);
}
