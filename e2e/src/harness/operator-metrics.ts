import type { OperatorProcess } from "./operator-process.ts";

/** Passes that an operator has finished, from its own metrics; 0 before it serves any. */
export async function passesOf(operator: OperatorProcess): Promise<number> {
  const text = await operator.metrics();
  return text
    .split("\n")
    .filter((line) => line.startsWith("open_vcluster_reconcile_duration_seconds_count"))
    .map((line) => Number(line.split(" ").at(-1)))
    .reduce((sum, passes) => sum + passes, 0);
}

/** Whether an operator says that it leads. */
export async function isLeading(operator: OperatorProcess): Promise<boolean> {
  return /^open_vcluster_leader\{[^}]*\} 1$/m.test(await operator.metrics());
}
