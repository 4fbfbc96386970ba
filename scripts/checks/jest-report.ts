import { relative } from "node:path";

/** The parts of Jest's `--json` file that are counted. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that could not be run at all; their tests are in no other number. */
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    /** Path of the file. */
    readonly name: string;
    /** When it was begun and over, Unix milliseconds. */
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** What a Jest run comes to. */
export interface JestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

/**
 * Counts a Jest run. Pure.
 * @param report - undefined when Jest ended before it wrote one
 * @param exitCode - Jest fails for more than failed tests, such as a broken teardown
 */
export function jestCounts(report: JestReport | undefined, exitCode: number): JestCounts {
  if (report === undefined) return { passed: 0, failed: 1, skipped: [] };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const skipped = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "pending" || status === "todo" || status === "disabled")
    .map(({ fullName }) => `test "${fullName}" is switched off`);
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped,
  };
}

/** The files that took longest, the longest first, each with its time in seconds. Pure. */
export function slowestFiles(
  { testResults }: JestReport,
  root: string,
  count: number,
): readonly string[] {
  return testResults
    .map(({ name, startTime, endTime }) => ({ name, tookMs: endTime - startTime }))
    .toSorted((a, b) => b.tookMs - a.tookMs)
    .slice(0, count)
    .map(({ name, tookMs }) => {
      return `${(tookMs / 1000).toFixed(1).padStart(8)} s  ${relative(root, name)}`;
    });
}
