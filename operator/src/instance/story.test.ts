import { describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import { instance, NOW_MS } from "../testing/build.ts";
import { notesOwed, noteTransitions } from "./story.ts";

type Status = NonNullable<VClusterInstance["status"]>;
type Told = NonNullable<Status["conditions"]>[number];

const SECOND_MS = 1_000;

function condition(type: string, reason: string, ageMs = 0): Told {
  return {
    type,
    status: type === "Ready" && reason === "Running" ? "True" : "False",
    reason,
    message: `It says ${reason}`,
    observedGeneration: 1,
    lastTransitionTime: new Date(NOW_MS - ageMs).toISOString(),
  };
}

function status(...conditions: readonly Told[]): Status {
  return { phase: "Running", conditions };
}

const runs = condition("Ready", "Running");
const lost = condition("StoreKept", "VolumesReplaced");

describe("noteTransitions", () => {
  it.each<[string, readonly Told[], readonly Told[], readonly string[]]>([
    ["another reason of Ready", [], [runs], ["Running"]],
    ["the same reason", [runs], [runs], []],
    ["lost volumes", [runs], [runs, lost], ["VolumesReplaced"]],
    ["lost volumes that were told", [runs, lost], [runs, lost], []],
    ["both at once", [], [runs, lost], ["Running", "VolumesReplaced"]],
    [
      "a stall, which the reason of Ready tells already",
      [],
      [condition("Ready", "PKILost"), condition("Stalled", "PKILost")],
      ["PKILost"],
    ],
  ])("tells %s", (_name, before, after, reasons) => {
    const was = { ...instance(), status: status(...before) };
    const notes = noteTransitions(was, status(...after), NOW_MS);
    expect(notes.map(({ reason }) => reason)).toEqual(reasons);
  });
});

describe("notesOwed", () => {
  it("names each turn as the leader did who made it, so that it is told once", () => {
    const after = status(runs, lost);
    const told = noteTransitions(instance(), after, NOW_MS);
    const owed = notesOwed({ ...instance(), status: after }, NOW_MS + 30 * SECOND_MS);
    expect(owed.map(({ occasion }) => occasion)).toEqual(told.map(({ occasion }) => occasion));
    expect(new Set(owed.map(({ occasion }) => occasion)).size).toBe(2);
  });

  it("leaves alone what is no news any more", () => {
    const old = status(condition("Ready", "Running", 3_600 * SECOND_MS));
    expect(notesOwed({ ...instance(), status: old }, NOW_MS)).toEqual([]);
    expect(notesOwed(instance(), NOW_MS)).toEqual([]);
  });
});
