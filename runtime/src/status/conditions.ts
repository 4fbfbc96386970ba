import { timeText } from "../kube/time-text.ts";

/** A condition as in `metav1.Condition`. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  /** UpperCamelCase. */
  readonly reason: string;
  /** At most 1024 characters. */
  readonly message: string;
  readonly observedGeneration?: number;
  /** RFC 3339, seconds. */
  readonly lastTransitionTime: string;
}

/** A condition to set; the time is ours to keep. */
export type ConditionInput = Omit<Condition, "lastTransitionTime">;

const maxMessageLength = 1024;

/** The condition of a type, or `undefined`. Pure. */
export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * The conditions with one set. The transition time moves only if the status differs; order is by type,
 * so that equal sets are equal lists. Pure.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  input: ConditionInput,
  nowMs: number,
): readonly Condition[] {
  const before = findCondition(conditions, input.type);
  const lastTransitionTime =
    before?.status === input.status ? before.lastTransitionTime : timeText(nowMs);
  const next: Condition = { ...input, message: boundedMessage(input.message), lastTransitionTime };
  return sorted([...removeCondition(conditions, input.type), next]);
}

/** The conditions without one type. Pure. */
export function removeCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): readonly Condition[] {
  return (conditions ?? []).filter((condition) => condition.type !== type);
}

function sorted(conditions: readonly Condition[]): readonly Condition[] {
  return conditions.toSorted((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0));
}

/** A message as conditions, and fields like theirs, may hold it: at most 1024 characters. Pure. */
export function boundedMessage(message: string): string {
  if (message.length <= maxMessageLength) return message;
  return `${message.slice(0, maxMessageLength - 1).toWellFormed()}…`;
}
