/** How one step of `make test` ended. Counts are checks or tests. */
export interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** Each entry is one thing that did not run, and why. */
  readonly skipped: readonly string[];
  readonly elapsedMs: number;
}

/** The numbers of all steps together. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Adds the steps up. Pure.
 * @param skipsFail - in continuous integration what did not run counts as failed
 */
export function tallyOf(outcomes: readonly Outcome[], skipsFail: boolean): Tally {
  const sum = (pick: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + pick(outcome), 0);
  const skipped = sum((outcome) => outcome.skipped.length);
  const failed = sum((outcome) => outcome.failed);
  const passed = sum((outcome) => outcome.passed);
  return skipsFail ? { passed, failed: failed + skipped, skipped: 0 } : { passed, failed, skipped };
}

/** The last line of `make test`. Pure. */
export function lastLine({ passed, failed, skipped }: Tally): string {
  const tail = skipped === 0 ? "" : `, ${String(skipped)} skipped`;
  return `${String(passed)} passed, ${String(failed)} failed${tail}`;
}

/** One line for each step, and one for each thing that did not run. Pure. */
export function overview(outcomes: readonly Outcome[], skipsFail: boolean): string {
  const steps = outcomes.map(({ name, passed, failed, elapsedMs }) => {
    const counts = `${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed`;
    return `  ${name.padEnd(28)}${counts}  ${(elapsedMs / 1000).toFixed(1).padStart(8)} s`;
  });
  const skipped = outcomes.flatMap(({ name, skipped: reasons }) =>
    reasons.map((reason) => `  ${name}: ${reason}`),
  );
  const title = skipsFail ? "Skipped, which fails with CI=true:" : "Skipped:";
  return [...steps, ...(skipped.length === 0 ? [] : ["", title, ...skipped])].join("\n");
}
