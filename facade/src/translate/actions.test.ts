import { describe, expect, it } from "@jest/globals";
import { allowedActions, refuseByState } from "./actions.ts";
import { inPhase, instance } from "./testing/build.ts";
import { failureFrom } from "./testing/failure.ts";

describe("allowedActions", () => {
  it.each([
    ["Pending", "update scale delete"],
    ["Creating", "update scale delete"],
    ["Running", "update scale suspend snapshot restore delete"],
    ["Scaling", "update scale delete"],
    ["Updating", "update scale delete"],
    ["Resuming", "update scale delete"],
    ["Snapshotting", "update delete"],
    ["Restoring", "update delete"],
    ["Error", "update scale resume restore delete"],
  ] as const)("in %s allows %s", (phase, actions) => {
    expect(allowedActions(inPhase(phase)).join(" ")).toBe(actions);
  });

  it.each([
    ["Suspending", "update delete"],
    ["Suspended", "update resume restore delete"],
  ] as const)("in %s allows %s", (phase, actions) => {
    expect(allowedActions(inPhase(phase, { powerState: "Suspended" })).join(" ")).toBe(actions);
  });

  it.each(["Creating", "Updating", "Scaling", "Resuming"] as const)(
    "allows in %s to restore what waiting does not mend",
    (phase) => {
      const starting = inPhase(phase);
      const state = { status: "False", reason: "CrashLooping", message: "" } as const;
      const lastTransitionTime = "2026-01-02T03:04:05Z";
      const broken = { type: "ControlPlaneAvailable", lastTransitionTime, ...state } as const;
      const conditions = [
        ...(starting.status?.conditions ?? []).filter(({ type }) => type !== broken.type),
        broken,
      ];
      const instance = { ...starting, status: { ...starting.status, conditions } };
      expect(allowedActions(instance)).toContain("restore");
    },
  );

  it("allows nothing while the virtual cluster is being deleted", () => {
    const deleting = instance({ metadata: { deletionTimestamp: "2026-01-02T03:04:06Z" } });
    expect(allowedActions(deleting)).toEqual([]);
  });

  it("leaves out the deletion of a protected virtual cluster", () => {
    expect(allowedActions(inPhase("Running", { deletionProtection: true }))).not.toContain(
      "delete",
    );
  });

  it("leaves out the suspension of a virtual cluster without a volume", () => {
    const ephemeral = inPhase("Running", { storage: { persistent: false } });
    expect(allowedActions(ephemeral)).not.toContain("suspend");
  });

  it("allows a way back and another try after a suspension was given up", () => {
    const givenUp = inPhase("Running", { powerState: "Suspended" });
    expect(allowedActions(givenUp)).toEqual(expect.arrayContaining(["suspend", "resume"]));
  });
});

describe("refuseByState", () => {
  const suspended = inPhase("Suspended", { powerState: "Suspended" });
  const deleting = instance({ metadata: { deletionTimestamp: "2026-01-02T03:04:06Z" } });

  it.each([
    ["scale of a suspended one", suspended, "scale", "Suspended"],
    ["snapshot of a suspended one", suspended, "snapshot", "Suspended"],
    ["snapshot while it is created", inPhase("Creating"), "snapshot", "NotRunning"],
    ["restore while another one runs", inPhase("Restoring"), "restore", "NotRunning"],
    ["suspension of a suspended one", suspended, "suspend", "AlreadySuspended"],
    ["suspension while it is created", inPhase("Creating"), "suspend", "NotRunning"],
    ["suspension while it is updated", inPhase("Updating"), "suspend", "NotRunning"],
    ["resumption of a running one", inPhase("Running"), "resume", "AlreadyRunning"],
    ["resumption while it is created", inPhase("Creating"), "resume", "NotSuspended"],
    [
      "deletion of a protected one",
      inPhase("Running", { deletionProtection: true }),
      "delete",
      "DeletionProtected",
    ],
    ["update of one that is deleted", deleting, "update", "BeingDeleted"],
    ["resumption of one that is deleted", deleting, "resume", "BeingDeleted"],
    ["deletion of one that is deleted", deleting, "delete", "BeingDeleted"],
    [
      "suspension without a volume",
      inPhase("Running", { storage: { persistent: false } }),
      "suspend",
      "SuspendWouldLoseData",
    ],
  ] as const)("refuses the %s", (_, current, action, reason) => {
    const failure = failureFrom(() => {
      refuseByState(current, action);
    });
    expect(failure).toMatchObject({ kind: "precondition", reason });
  });

  it("takes a suspension beside the snapshot that it asked for itself", () => {
    const kept = inPhase("Snapshotting");
    const suspend = (afterSnapshot: boolean) => () => {
      refuseByState(kept, "suspend", { afterSnapshot });
    };
    expect(suspend(true)).not.toThrow();
    expect(failureFrom(suspend(false))).toMatchObject({ reason: "NotRunning" });
  });

  it("names the state, the wish and the way out", () => {
    const failure = failureFrom(() => {
      refuseByState(suspended, "scale");
    });
    expect(failure.message).toBe(
      "Virtual cluster team-a/shop is SUSPENDED and cannot be scaled: resume it with ResumeVCluster first",
    );
    expect(failure.facts).toEqual({
      vcluster: "team-a/shop",
      current_state: "SUSPENDED",
      wanted: "scale",
      required_states: "PENDING,CREATING,RUNNING,SCALING,UPDATING,RESUMING,ERROR",
      allowed_actions: "update,resume,restore,delete",
    });
  });

  it("lets a forced deletion hasten one that goes on, but not one that is protected", () => {
    expect(() => {
      refuseByState(deleting, "delete", { force: true });
    }).not.toThrow();
    const guarded = inPhase("Running", { deletionProtection: true });
    expect(() => {
      refuseByState(guarded, "delete", { force: true });
    }).toThrow("deletion_protection");
  });

  it("goes by what was asked for when the status lags", () => {
    const justSuspended = instance({
      spec: { powerState: "Suspended" },
      status: { phase: "Running", observedGeneration: 1 },
    });
    expect(() => {
      refuseByState(justSuspended, "scale");
    }).toThrow("SUSPENDING");
    const justResumed = instance({
      spec: { powerState: "Running" },
      status: { phase: "Suspended", observedGeneration: 1 },
    });
    expect(() => {
      refuseByState(justResumed, "resume");
    }).toThrow("RESUMING");
  });
});
