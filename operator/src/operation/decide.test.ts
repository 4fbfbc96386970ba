import { describe, expect, it } from "@jest/globals";
import type { OperationMethod, VClusterInstance, VClusterOperation } from "@open-vcluster/crds";
import {
  OPERATION_CONTEXT as CONTEXT,
  operation,
  operationSeen,
  running,
  target,
  tell,
} from "../testing/build-operation.ts";
import { decide } from "./decide.ts";

const GONE = undefined;
const SUSPENDED = { powerState: "Suspended" } as const;
const DELETING = { deletionTimestamp: "2026-01-01T00:00:00Z" };
const WITH_UID = { spec: { target: { namespace: "team", name: "demo", uid: "uid-demo" } } };
const ANOTHER = { uid: "uid-another" };
const HOUR_MS = 3_600_000;

function outcome(
  about: VClusterOperation,
  found: VClusterInstance | undefined,
  laterMs = 0,
): string {
  const context = { ...CONTEXT, nowMs: CONTEXT.nowMs + laterMs };
  return tell(decide(operationSeen(about, found), context));
}

describe("an operation that was accepted", () => {
  it.each<[string, VClusterOperation, VClusterInstance | undefined, string]>([
    ["starts when the instance carries it", operation("CreateVCluster"), target(), "start"],
    ["waits for its instance", operation("CreateVCluster"), GONE, "wait"],
    ["waits for its stamp", operation("UpdateVCluster"), target({ stamp: "" }), "wait"],
    [
      "does not take another operation's stamp for its own",
      operation("UpdateVCluster", WITH_UID),
      target({ stamp: "op-2" }),
      "wait",
    ],
    [
      "does not start on an instance that took the name",
      operation("UpdateVCluster", WITH_UID),
      target({ metadata: ANOTHER }),
      "wait",
    ],
    [
      "deletes from the moment at which the instance goes",
      operation("DeleteVCluster", WITH_UID),
      target({ metadata: DELETING }),
      "start",
    ],
    [
      "has not deleted what is merely stamped",
      operation("DeleteVCluster", WITH_UID),
      target(),
      "wait",
    ],
    ["has deleted what is gone at once", operation("DeleteVCluster", WITH_UID), GONE, "Succeeded"],
    [
      "has deleted what another one succeeded",
      operation("DeleteVCluster", WITH_UID),
      target({ metadata: ANOTHER }),
      "Succeeded",
    ],
  ])("%s", (_name, about, found, expected) => {
    expect(outcome(about, found)).toBe(expected);
  });

  it.each<OperationMethod>(["CreateVCluster", "UpdateVCluster", "DeleteVCluster"])(
    "%s is closed when nothing carries it in time, not earlier",
    (method) => {
      const bare = target({ stamp: "" });
      const decision = decide(operationSeen(operation(method, WITH_UID), bare), CONTEXT);
      expect(decision).toEqual({ kind: "wait", requeueAfterMs: 59_000 });
      expect(outcome(operation(method, WITH_UID), bare, 58_999)).toBe("wait");
      expect(outcome(operation(method, WITH_UID), bare, 59_000)).toBe("Aborted ABORTED NotApplied");
    },
  );

  it("starts even when its stamp is seen late", () => {
    expect(outcome(operation("ScaleVCluster", WITH_UID), target(), HOUR_MS)).toBe("start");
  });
});

describe("an operation that runs", () => {
  it.each<[string, VClusterOperation, VClusterInstance | undefined, string]>([
    ["waits", running("CreateVCluster"), target(), "wait"],
    [
      "waits while the instance is on its way",
      running("CreateVCluster"),
      target({ conditions: ["Ready=False ControlPlaneStarting"] }),
      "wait",
    ],
    [
      "does not take the readiness of before for its own",
      running("UpdateVCluster"),
      target({ conditions: ["Ready=True Running"], observedGeneration: 1 }),
      "wait",
    ],
    [
      "succeeds with an update of a suspended instance",
      running("UpdateVCluster"),
      target({ spec: SUSPENDED, conditions: ["Ready=True Suspended"] }),
      "Succeeded",
    ],
    [
      "succeeds with a suspension that is suspended",
      running("SuspendVCluster"),
      target({ spec: SUSPENDED, conditions: ["Ready=True Suspended"] }),
      "Succeeded",
    ],
    [
      "stays a success when a later write came before anybody looked",
      running("UpdateVCluster"),
      target({ stamp: "op-2", metadata: { generation: 3 }, conditions: ["Ready=True Running"] }),
      "Succeeded",
    ],
    [
      "claims no success of a later write",
      running("UpdateVCluster"),
      target({ stamp: "op-2", conditions: ["Ready=True Running"], observedGeneration: 3 }),
      "Failed ABORTED Superseded",
    ],
    ["goes on when its stamp is lost", running("UpdateVCluster"), target({ stamp: "" }), "wait"],
    [
      "fails when the instance is gone",
      running("UpdateVCluster"),
      GONE,
      "Failed ABORTED TargetDeleted",
    ],
    [
      "fails when another instance took the name",
      running("CreateVCluster"),
      target({ metadata: ANOTHER }),
      "Failed ABORTED TargetDeleted",
    ],
    [
      "fails when the instance is being deleted",
      running("CreateVCluster"),
      target({ metadata: DELETING }),
      "Failed ABORTED Superseded",
    ],
    [
      "fails when a suspension is resumed by hand",
      running("SuspendVCluster"),
      target({ conditions: ["Ready=False Resuming"] }),
      "Failed ABORTED Superseded",
    ],
    [
      "fails when a resumption is suspended by hand",
      running("ResumeVCluster"),
      target({ spec: SUSPENDED, conditions: ["Ready=False Suspending"] }),
      "Failed ABORTED Superseded",
    ],
    [
      "is cancelled when the caller took the suspension back",
      running("SuspendVCluster", { spec: { cancel: true } }),
      target({ stamp: "op-2" }),
      "Cancelled CANCELLED Cancelled",
    ],
    [
      "is not cancelled before the instance runs again",
      running("SuspendVCluster", { spec: { cancel: true } }),
      target({ spec: SUSPENDED }),
      "wait",
    ],
    [
      "takes no notice of a cancellation of another method",
      running("UpdateVCluster", { spec: { cancel: true } }),
      target(),
      "wait",
    ],
    [
      "fails when the drain is given up",
      running("SuspendVCluster"),
      target({ spec: SUSPENDED, conditions: ["Suspended=False DrainAborted"] }),
      "Failed FAILED_PRECONDITION DrainAborted",
    ],
    [
      "fails when the change is rolled back",
      running("UpdateVCluster"),
      target({ conditions: ["Upgraded=False RolledBack", "Stalled=True RolledBack"] }),
      "Failed FAILED_PRECONDITION RolledBack",
    ],
    [
      "fails when the spec is refused",
      running("UpdateVCluster"),
      target({ conditions: ["SpecAccepted=False ValuesRefused", "Stalled=True ValuesRefused"] }),
      "Failed INVALID_ARGUMENT ValuesRefused",
    ],
    [
      "is not failed by the refusal of an earlier spec",
      running("UpdateVCluster"),
      target({
        conditions: ["SpecAccepted=False ValuesRefused", "Stalled=True ValuesRefused"],
        observedGeneration: 1,
      }),
      "wait",
    ],
    [
      "waits for a namespace that may become free",
      running("CreateVCluster"),
      target({ conditions: ["SpecAccepted=False NamespaceTaken", "Stalled=True NamespaceTaken"] }),
      "wait",
    ],
    [
      "waits while the operator tries Helm again",
      running("CreateVCluster"),
      target({ conditions: ["Stalled=True HelmFailed"] }),
      "wait",
    ],
    [
      "fails when a stall lasts",
      running("CreateVCluster"),
      target({ conditions: ["Stalled=True HelmFailed"], sinceMs: CONTEXT.nowMs - 60_000 }),
      "Failed FAILED_PRECONDITION HelmFailed",
    ],
    ["has deleted what is gone", running("DeleteVCluster"), GONE, "Succeeded"],
    [
      "has deleted what another one succeeded",
      running("DeleteVCluster"),
      target({ metadata: ANOTHER }),
      "Succeeded",
    ],
    [
      "deletes on, whoever else writes and whatever stalls",
      running("DeleteVCluster"),
      target({
        metadata: DELETING,
        stamp: "op-2",
        conditions: ["Stalled=True HelmFailed", "Ready=True Running"],
        sinceMs: 0,
      }),
      "wait",
    ],
  ])("%s", (_name, about, found, expected) => {
    expect(outcome(about, found)).toBe(expected);
  });

  it.each<OperationMethod>(["CreateVCluster", "UpdateVCluster", "ScaleVCluster", "ResumeVCluster"])(
    "%s succeeds when the instance is ready",
    (method) => {
      const found = target({ conditions: ["Ready=True Running"] });
      expect(outcome(running(method), found)).toBe("Succeeded");
    },
  );

  it("is out of time after the deadline", () => {
    const found = target({ conditions: ["Ready=False ControlPlaneStarting"] });
    const about = running("CreateVCluster");
    const waits = decide(operationSeen(about, found), CONTEXT);
    expect(waits).toEqual({ kind: "wait", requeueAfterMs: HOUR_MS - 30_000 });
    const context = { ...CONTEXT, nowMs: CONTEXT.nowMs + HOUR_MS - 30_000 };
    expect(decide(operationSeen(about, found), context)).toEqual({
      kind: "end",
      ending: {
        state: "Failed",
        error: {
          code: "DEADLINE_EXCEEDED",
          reason: "OperationTimedOut",
          message:
            "Not carried out in time. The instance goes on towards its spec; it waits for: Because of ControlPlaneStarting",
        },
      },
    });
  });

  it.each<[OperationMethod, VClusterInstance["spec"]]>([
    ["SuspendVCluster", { ...SUSPENDED, suspend: { drain: true, drainTimeout: "2h" } }],
    ["ResumeVCluster", { resume: { waitForWorkloads: true, timeout: "2h" } }],
  ])("%s has the time that its instance gives the workloads on top", (method, spec) => {
    const about = running(method);
    expect(outcome(about, target({ spec }), 3 * HOUR_MS - 31_000)).toBe("wait");
    expect(outcome(about, target({ spec }), 3 * HOUR_MS - 30_000)).toBe(
      "Failed DEADLINE_EXCEEDED OperationTimedOut",
    );
  });

  it("looks again when a stall has lasted long enough", () => {
    const found = target({ conditions: ["Stalled=True HelmFailed"] });
    expect(decide(operationSeen(running("CreateVCluster"), found), CONTEXT)).toEqual({
      kind: "wait",
      requeueAfterMs: 59_000,
    });
  });
});
