import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Children } from "./children.ts";
import { changedFiles, generatedFiles } from "./generated.ts";
import { type JestReport, jestCounts, slowestFiles } from "./jest-report.ts";
import type { Outcome } from "./tally.ts";

/** What a step counts; its name and time are added by whoever runs it. */
export type Counts = Omit<Outcome, "name" | "elapsedMs">;

/** What steps work with. */
export interface StepContext {
  readonly root: string;
  /** For reports and logs of this run. */
  readonly directory: string;
  readonly children: Children;
}

const SLOWEST_FILES = 8;
const NOTHING: Counts = { passed: 0, failed: 0, skipped: [] };
const PASSED: Counts = { ...NOTHING, passed: 1 };
const FAILED: Counts = { ...NOTHING, failed: 1 };

/** One check: a program that ends with 0. */
export async function checkCommand(
  argv: readonly [string, ...string[]],
  { root, children }: StepContext,
): Promise<Counts> {
  return (await children.run({ argv, cwd: root })) === 0 ? PASSED : FAILED;
}

/** One check: the committed generated files are what their sources give. */
export async function checkGenerated(context: StepContext): Promise<Counts> {
  const { root, children } = context;
  const before = generatedFiles(root);
  const argv = ["npm", "run", "--silent", "generate"] as const;
  if ((await children.run({ argv, cwd: root })) !== 0) return FAILED;
  const changed = changedFiles(before, generatedFiles(root));
  if (changed.length === 0) return PASSED;
  process.stdout.write(`These generated files were out of date; they are written anew now:\n`);
  for (const name of changed) process.stdout.write(`  ${name}\n`);
  return FAILED;
}

/** All tests of one Jest project. */
export async function runJest(
  project: string,
  workers: number,
  { root, directory, children }: StepContext,
): Promise<Counts> {
  const report = join(directory, `${project}.json`);
  rmSync(report, { force: true });
  const exitCode = await children.run({
    argv: [
      ...(["npm", "run", "--silent", "jest", "--", "--selectProjects", project] as const),
      `--maxWorkers=${String(workers)}`,
      ...["--json", `--outputFile=${report}`],
    ],
    cwd: root,
  });
  const told = readReport(report);
  if (told !== undefined) sayWhereTimeWent(told, root);
  return jestCounts(told, exitCode);
}

function sayWhereTimeWent(report: JestReport, root: string): void {
  process.stdout.write("\nThe slowest files:\n");
  for (const line of slowestFiles(report, root, SLOWEST_FILES)) process.stdout.write(`${line}\n`);
}

/** A step that this machine cannot run. */
export function notRun(reason: string): Counts {
  return { ...NOTHING, skipped: [reason] };
}

function readReport(path: string): JestReport | undefined {
  if (!existsSync(path)) return undefined;
  return JSON.parse(readFileSync(path, "utf8")) as JestReport;
}
