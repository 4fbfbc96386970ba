import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  type Condition,
  type ConditionInput,
  findCondition,
  removeCondition,
  setCondition,
} from "./conditions.ts";

const ready: ConditionInput = {
  type: "Ready",
  status: "True",
  reason: "Fine",
  message: "All is well",
};

describe("setCondition", () => {
  it("moves the transition time only when the status flips", () => {
    const first = setCondition(undefined, ready, 1_000);
    const sameStatus = setCondition(first, { ...ready, reason: "Better", message: "New" }, 9_000);
    const flipped = setCondition(sameStatus, { ...ready, status: "False" }, 20_000);
    expect([first, sameStatus, flipped].map((all) => all[0]?.lastTransitionTime)).toEqual([
      "1970-01-01T00:00:01Z",
      "1970-01-01T00:00:01Z",
      "1970-01-01T00:00:20Z",
    ]);
    expect(sameStatus[0]).toMatchObject({ reason: "Better", message: "New" });
  });

  it("bounds a message at 1024 characters without cutting a character in two", () => {
    const [condition] = setCondition(
      undefined,
      { ...ready, message: `${"x".repeat(1022)}😀😀` },
      0,
    );
    expect(condition?.message).toHaveLength(1024);
    expect(condition?.message.isWellFormed()).toBe(true);
    expect(condition?.message.endsWith("…")).toBe(true);
  });

  it("gives equal lists for equal sets, in whatever order they were set", () => {
    const types = fc.uniqueArray(fc.constantFrom("A", "B", "C", "D"), { minLength: 1 });
    const setAll = (order: readonly string[]): readonly Condition[] =>
      order.reduce<readonly Condition[]>(
        (all, type) => setCondition(all, { ...ready, type }, 0),
        [],
      );
    fc.assert(
      fc.property(types, (order) => {
        expect(setAll(order)).toEqual(setAll(order.toSorted()));
        expect(setAll([...order, ...order])).toEqual(setAll(order));
      }),
    );
  });

  it("leaves the conditions of others as they are", () => {
    const others: Condition = {
      ...ready,
      type: "Theirs",
      lastTransitionTime: "2020-01-01T00:00:00Z",
    };
    const all = setCondition([others], ready, 0);
    expect(findCondition(all, "Theirs")).toBe(others);
    expect(removeCondition(all, "Ready")).toEqual([others]);
  });
});
