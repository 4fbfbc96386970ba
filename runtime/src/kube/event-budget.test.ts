import { describe, expect, it } from "@jest/globals";
import { createEventBudget } from "./event-budget.ts";

describe("an event budget", () => {
  const spec = { burst: 3, refillMs: 1_000, maxSubjects: 2 };

  it("allows a burst, then one for each pause, for each object alone", () => {
    const budget = createEventBudget(spec);
    const take = (subject: string, nowMs: number): boolean => budget.take(subject, nowMs);
    expect([0, 0, 0, 0].map((nowMs) => take("a", nowMs))).toEqual([true, true, true, false]);
    expect(take("b", 0)).toBe(true);
    expect([999, 1_000, 1_001].map((nowMs) => take("a", nowMs))).toEqual([false, true, false]);
  });

  it("forgets the longest unseen object", () => {
    const budget = createEventBudget({ ...spec, burst: 1 });
    for (const subject of ["a", "b", "c"]) budget.take(subject, 0);
    expect(budget.take("c", 0)).toBe(false);
    expect(budget.take("a", 0)).toBe(true);
  });
});
