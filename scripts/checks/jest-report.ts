/** The parts of Jest's `--json` file that are counted. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that could not be run at all; their tests are in no other number. */
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
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
