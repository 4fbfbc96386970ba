/** One line of the table: medians of both sides, measured in turns in one run. */
export interface Result {
  readonly id: string;
  readonly what: string;
  readonly peer: string;
  /** Unit of both sides. */
  readonly unit: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** Highest ratio that is wanted; with `more`, the lowest. */
  readonly goal: number;
  /** What is better; absent: less. */
  readonly better?: "less" | "more";
  /** Further measured facts, such as the number of writes. */
  readonly remarks?: readonly string[];
}

/** The ratio of the medians. Pure. */
export function ratioOf({ ours, theirs }: Result): number {
  return medianOf(ours) / medianOf(theirs);
}

/** Whether the ratio is as wanted; not if nothing was measured. Pure. */
export function meetsGoal(result: Result): boolean {
  const ratio = ratioOf(result);
  return result.better === "more" ? ratio >= result.goal : ratio <= result.goal;
}

/** The middle one; the mean of both in the middle of an even number. Pure. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value that this share of all does not exceed, by nearest rank. Pure. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The table for people. Pure. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.id,
    result.what,
    `${amount(medianOf(result.ours))} ${result.unit}`,
    `${amount(medianOf(result.theirs))} ${result.unit}`,
    ratioOf(result).toFixed(2),
    `${result.better === "more" ? "≥" : "≤"} ${String(result.goal)}`,
    String(Math.min(result.ours.length, result.theirs.length)),
  ]);
  const all = [["", "what", "ours", "peer", "ratio", "goal", "runs"], ...rows];
  const widths = all[0]?.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0))) ?? [];
  const lines = all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const notes = results.flatMap(({ id, peer, remarks = [] }) => [
    `${id} peer: ${peer}`,
    ...remarks.map((remark) => `${id}: ${remark}`),
  ]);
  return [...lines, "", ...notes].join("\n");
}

function amount(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
