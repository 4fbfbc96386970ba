import { type Condition, removeCondition, setCondition } from "@open-vcluster/runtime";

/** How an object is, as programs read it. */
export interface Verdict {
  readonly ready: Condition["status"];
  /** UpperCamelCase. */
  readonly reason: string;
  readonly message: string;
  /** Whether it failed for good. */
  readonly isFinal?: boolean;
}

/** What a verdict needs to know of an object. */
interface Judged {
  readonly metadata: { readonly generation?: number };
  readonly status?: { readonly conditions?: readonly unknown[] };
}

/** The fields of a status that tell a verdict. */
export interface Told {
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
}

/**
 * Tells a verdict. What failed for good is Stalled as well: tools that know conditions alone would wait for its success
 * for ever. Pure.
 */
export function toldOf(
  { metadata, status }: Judged,
  { ready, reason, message, isFinal = false }: Verdict,
  nowMs: number,
): Told {
  const observedGeneration = metadata.generation ?? 0;
  const before = (status?.conditions ?? []) as readonly Condition[];
  const told = { reason, message, observedGeneration };
  const withReady = setCondition(before, { type: "Ready", status: ready, ...told }, nowMs);
  const conditions = isFinal
    ? setCondition(withReady, { type: "Stalled", status: "True", ...told }, nowMs)
    : removeCondition(withReady, "Stalled");
  return { observedGeneration, conditions };
}
