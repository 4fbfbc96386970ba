import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { CONDITIONS, REASONS } from "./conditions.ts";
import type { InstancePowerState, InstanceStatusPhase } from "./gen/vcluster-instance.ts";
import { type PhaseCondition, phaseOf } from "./phase.ts";

type Row = readonly [conditions: string, power: InstancePowerState, phase: InstanceStatusPhase];

/** `Type` is True, `!Type` is False, `?Type` is Unknown; `Type:Reason` names the reason. */
const read = (text: string): readonly PhaseCondition[] =>
  text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [, sign = "", type = "", reason = "Pending"] =
        /^([!?]?)(\w+)(?::(\w+))?$/.exec(word) ?? [];
      const status = sign === "!" ? "False" : sign === "?" ? "Unknown" : "True";
      return { type, status, reason };
    });

const HEALTHY = "SpecAccepted HelmReleased ControlPlaneAvailable KubeconfigReady Ready:Running";

const ROWS: readonly Row[] = [
  ["", "Running", "Pending"],
  ["", "Suspended", "Pending"],
  ["?Ready ?SpecAccepted ?HelmReleased ?ControlPlaneAvailable", "Running", "Pending"],
  ["!SpecAccepted:ValuesRefused", "Running", "Error"],
  ["!SpecAccepted:ValuesRefused ControlPlaneAvailable", "Running", "Error"],
  ["SpecAccepted ?HelmReleased", "Running", "Creating"],
  ["SpecAccepted ?HelmReleased", "Suspended", "Creating"],
  ["SpecAccepted Reconciling:Installing", "Running", "Creating"],
  [
    "SpecAccepted HelmReleased Reconciling:Installing !ControlPlaneAvailable",
    "Running",
    "Creating",
  ],
  [HEALTHY, "Running", "Running"],
  [`${HEALTHY} Reconciling:Scaling`, "Running", "Scaling"],
  [`${HEALTHY} Reconciling:Upgrading`, "Running", "Updating"],
  [`${HEALTHY} !Upgraded:RolledBack`, "Running", "Running"],
  [`${HEALTHY} Stalled:HelmFailed`, "Running", "Error"],
  [`${HEALTHY} Reconciling:Draining`, "Suspended", "Suspending"],
  [`${HEALTHY} Reconciling:DrainBlocked`, "Suspended", "Suspending"],
  [`${HEALTHY} Reconciling:Suspending`, "Suspended", "Suspending"],
  [HEALTHY, "Suspended", "Suspending"],
  [
    "SpecAccepted HelmReleased Suspended !ControlPlaneAvailable:Suspended",
    "Suspended",
    "Suspended",
  ],
  ["SpecAccepted !HelmReleased Suspended Reconciling:Upgrading", "Suspended", "Suspended"],
  ["SpecAccepted HelmReleased Suspended Stalled:PKILost", "Suspended", "Error"],
  ["SpecAccepted HelmReleased Suspended", "Running", "Resuming"],
  ["SpecAccepted HelmReleased Reconciling:Resuming !Suspended", "Running", "Resuming"],
  [`${HEALTHY} Reconciling:WaitingForWorkloads`, "Running", "Resuming"],
  ["SpecAccepted HelmReleased !ControlPlaneAvailable:CrashLooping", "Running", "Error"],
  ["SpecAccepted HelmReleased !ControlPlaneAvailable:VolumeFull", "Running", "Error"],
  ["SpecAccepted HelmReleased !ControlPlaneAvailable:ControlPlaneStarting", "Running", "Running"],
  ["SpecAccepted HelmReleased !ControlPlaneAvailable:APIUnreachable", "Running", "Running"],
  [`${HEALTHY} StoreInUse:Snapshotting`, "Running", "Snapshotting"],
  [`${HEALTHY} StoreInUse:Snapshotting Reconciling:Scaling`, "Running", "Scaling"],
  ["SpecAccepted HelmReleased StoreInUse:Restoring Reconciling:Restoring", "Running", "Restoring"],
  [
    "SpecAccepted !Suspended StoreInUse:Snapshotting Reconciling:Snapshotting",
    "Suspended",
    "Snapshotting",
  ],
  ["SpecAccepted Stalled:RestoreIncomplete", "Running", "Error"],
  [`${HEALTHY} Deleting:Deleting`, "Running", "Deleting"],
  ["Deleting:DeletionBlocked Stalled:DeletionBlocked", "Suspended", "Deleting"],
];

describe("phaseOf", () => {
  it.each(ROWS)("%s, desired %s: %s", (conditions, power, phase) => {
    expect(phaseOf(read(conditions), power)).toBe(phase);
  });

  it("answers for any conditions, whoever wrote them, and never by their order", () => {
    const condition = fc.record({
      type: fc.constantFrom(...Object.keys(CONDITIONS), "SomebodyElses"),
      status: fc.constantFrom("True" as const, "False" as const, "Unknown" as const),
      reason: fc.constantFrom(...Object.keys(REASONS), "toString", ""),
    });
    const conditions = fc.uniqueArray(condition, { selector: ({ type }) => type });
    const power = fc.constantFrom("Running" as const, "Suspended" as const);
    fc.assert(
      fc.property(conditions, power, (some, desired) => {
        const phase = phaseOf(some, desired);
        expect(phase).toMatch(
          /^(Pending|Creating|Running|Scaling|Updating|Suspending|Suspended|Resuming|Snapshotting|Restoring|Deleting|Error)$/,
        );
        expect(phaseOf(some.toReversed(), desired)).toBe(phase);
      }),
    );
  });
});
