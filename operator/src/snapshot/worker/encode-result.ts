import { MOST_RESULT_BYTES, type TaskResult } from "./result.ts";

/** The line of a result: JSON that Kubernetes keeps whole, at the cost of its longest lists. Pure. */
export function encodeResult(result: TaskResult): string {
  const line = JSON.stringify(result);
  if (Buffer.byteLength(line) <= MOST_RESULT_BYTES) return line;
  return encodeResult(shorter(result));
}

function shorter(result: TaskResult): TaskResult {
  if (!result.ok) return { ...result, message: cut(result.message) };
  if (result.operation === "snapshot" || result.operation === "import") {
    const { inventory, otherKeys } = result;
    const more = inventory.at(-1)?.keys ?? 0;
    return { ...result, inventory: inventory.slice(0, -1), otherKeys: otherKeys + more };
  }
  if (result.operation === "repair") return { ...result, objects: result.objects.slice(0, -1) };
  if (result.operation !== "plan" && result.operation !== "restore") return result;
  const { sample, kinds } = result;
  if (sample.length > 0) return { ...result, sample: sample.slice(0, -1) };
  return { ...result, kinds: kinds.slice(0, -1) };
}

function cut(text: string): string {
  return text.slice(0, Math.floor(text.length / 2));
}
