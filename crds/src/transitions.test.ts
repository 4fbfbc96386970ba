import { describe, expect, it } from "@jest/globals";
import { isTransitionAllowed, TRANSITIONS, transition } from "./transitions.ts";

const PHASES = Object.keys(TRANSITIONS) as (keyof typeof TRANSITIONS)[];

// A row is a phase and a column, in the same order, the phase that is seen next: x is allowed.
const TABLE = `
  Pending       x x . . . . . . . . x x
  Creating      . x x x x x x . x x x x
  Running       . . x x x x . . x x x x
  Scaling       . . x x x x . . x x x x
  Updating      . . x x x x . . x x x x
  Suspending    . . x . . x x x x x x x
  Suspended     . . . . . . x x x x x x
  Resuming      . . x x x x . x x x x x
  Snapshotting  . . x x x x x x x x x x
  Restoring     . . x x x x x x x x x x
  Deleting      . . . . . . . . . . x .
  Error         . x x x x x x x x x x x
`;

describe("isTransitionAllowed", () => {
  it("knows every pair of phases", () => {
    const rows = PHASES.map((from) => {
      const marks = PHASES.map((to) => (isTransitionAllowed(from, to) ? "x" : "."));
      return `  ${from.padEnd(12)}  ${marks.join(" ")}`;
    });
    expect(rows).toEqual(TABLE.split("\n").slice(1, -1));
  });
});

describe("transition", () => {
  it("walks through the life of an instance", () => {
    const events = [
      ["Pending", "Allocated", "Creating"],
      ["Creating", "Completed", "Running"],
      ["Running", "SuspendRequested", "Suspending"],
      ["Suspending", "Stopped", "Suspended"],
      ["Suspended", "ResumeRequested", "Resuming"],
      ["Resuming", "Completed", "Running"],
      ["Running", "UpdateRequested", "Updating"],
      ["Updating", "Failed", "Error"],
      ["Error", "Recovered", "Running"],
      ["Running", "DeleteRequested", "Deleting"],
    ] as const;
    for (const [from, event, to] of events) expect(transition(from, event)).toBe(to);
  });

  it("answers nothing for what cannot happen", () => {
    expect(transition("Suspended", "ScaleRequested")).toBeUndefined();
    expect(transition("Pending", "SnapshotRequested")).toBeUndefined();
    expect(transition("Deleting", "ResumeRequested")).toBeUndefined();
  });
});
