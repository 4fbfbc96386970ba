/** How many new events an object may have. */
export interface EventBudgetSpec {
  /** Events at once. */
  readonly burst: number;
  /** One more event becomes free after this time, milliseconds. */
  readonly refillMs: number;
  /** Objects that are remembered; the longest unseen one is forgotten first. */
  readonly maxSubjects: number;
}

/** A token bucket for each object. */
export interface EventBudget {
  /** Takes one event from the object's budget; false if it is used up. */
  take(subject: string, nowMs: number): boolean;
}

/** Creates full budgets. */
export function createEventBudget(spec: EventBudgetSpec): EventBudget {
  const buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();
  return {
    take: (subject, nowMs) => {
      const bucket = buckets.get(subject) ?? { tokens: spec.burst, atMs: nowMs };
      const refilled = bucket.tokens + (nowMs - bucket.atMs) / spec.refillMs;
      const tokens = Math.min(spec.burst, refilled);
      buckets.delete(subject);
      buckets.set(subject, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
      const [oldest] = buckets.keys();
      if (buckets.size > spec.maxSubjects && oldest !== undefined) buckets.delete(oldest);
      return tokens >= 1;
    },
  };
}
