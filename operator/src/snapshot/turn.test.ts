import { describe, expect, it } from "@jest/globals";
import type { VClusterRestore, VClusterSnapshot } from "@open-vcluster/crds";
import { beforeNameOf } from "../restore/target.ts";
import { seenWith, snapshotWith } from "./testing/build-snapshot.ts";
import { firstOf, type Turns } from "./turn.ts";

type Status = NonNullable<VClusterSnapshot["status"]>;

const BEGUN: Status = { startTime: "2026-02-28T23:59:10Z" };
const EARLY = "2026-02-28T23:58:00Z";
const LATE = "2026-02-28T23:59:30Z";

function other(creationTimestamp: string, status: Status = {}): VClusterSnapshot {
  return snapshotWith({}, status, { name: "other", uid: "snapshot-2", creationTimestamp });
}

function waitingFor(reason: string): Status {
  const condition = { type: "Ready", status: "Unknown" as const, reason, message: "" };
  return { conditions: [{ ...condition, lastTransitionTime: EARLY }] };
}

function restoreWith(
  status: VClusterRestore["status"],
  spec: Partial<VClusterRestore["spec"]> = {},
): VClusterRestore {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterRestore",
    metadata: { namespace: "team", name: "back", uid: "restore-1" },
    spec: { snapshotRef: { name: "old" }, target: { instanceRef: { name: "shop" } }, ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

function first(change: Partial<Turns>): string | undefined {
  const { instance } = seenWith();
  if (instance === undefined) throw new Error("There is no instance");
  const snapshot = snapshotWith();
  const none = { snapshots: [], restores: [], isBeingMade: () => false };
  return firstOf({ snapshot, instance, ...none, ...change });
}

describe("the turn of a snapshot", () => {
  it("comes at once when nobody else wants the store", () => {
    expect(first({ snapshots: [snapshotWith()] })).toBeUndefined();
  });

  it.each<[string, VClusterSnapshot, Status, boolean]>([
    ["after an earlier one", other(EARLY), {}, true],
    ["before a later one", other(LATE), {}, false],
    ["after a later one that has begun", other(LATE, BEGUN), {}, true],
    ["before an earlier one, once it has begun itself", other(EARLY), BEGUN, false],
    ["after an earlier one that has begun too", other(EARLY, BEGUN), BEGUN, true],
    ["after one that waits for the store", other(EARLY, waitingFor("InstanceNotReady")), {}, true],
    [
      "before one whose location is missing",
      other(EARLY, waitingFor("LocationMissing")),
      {},
      false,
    ],
    [
      "before one that had begun and lost its location since",
      other(EARLY, { ...BEGUN, ...waitingFor("LocationMissing") }),
      {},
      false,
    ],
    ["before one without credentials", other(EARLY, waitingFor("CredentialsMissing")), {}, false],
  ])("comes %s", (_when, theOther, status, waits) => {
    const snapshot = snapshotWith({}, status);
    expect(first({ snapshot, snapshots: [theOther, snapshot] }) !== undefined).toBe(waits);
  });

  it("comes after a worker that is at the store, whatever its snapshot lacks now", () => {
    const theOther = other(LATE, { ...BEGUN, ...waitingFor("CredentialsMissing") });
    expect(first({ snapshots: [theOther], isBeingMade: () => true })).toContain("other");
  });

  it.each<[string, VClusterRestore["status"], boolean]>([
    ["before a restore that was not accepted yet", {}, false],
    ["after a restore from its acceptance on", { startTime: EARLY }, true],
    ["at the end of a restore", { startTime: EARLY, completionTime: LATE }, false],
  ])("comes %s", (_when, status, waits) => {
    expect(first({ restores: [restoreWith(status)] }) !== undefined).toBe(waits);
  });

  it("comes beside a dry run that stops nobody", () => {
    const restore = restoreWith({ startTime: EARLY }, { dryRun: true });
    expect(first({ restores: [restore] })).toBeUndefined();
  });

  it("comes first for the way back of a restore, unless a worker is at the store", () => {
    const restore = restoreWith({ startTime: EARLY });
    const snapshot = snapshotWith({}, {}, { name: beforeNameOf(restore) });
    const snapshots = [other(EARLY, BEGUN)];
    expect(first({ snapshot, snapshots, restores: [restore] })).toBeUndefined();
    const isBeingMade = (): boolean => true;
    expect(first({ snapshot, snapshots, restores: [restore], isBeingMade })).toContain("other");
  });
});
