import { describe, expect, it } from "@jest/globals";
import {
  OPERATION_ANNOTATION,
  type OperationMethod,
  type VClusterOperation,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import {
  OPERATION_CONTEXT as CONTEXT,
  operation,
  operationSeen,
  running,
  target,
  tell,
} from "../testing/build-operation.ts";
import { decide } from "./decide.ts";

const OBJECT = { kind: "VClusterSnapshot", namespace: "team", name: "nightly" } as const;
const NEW = { spec: { object: OBJECT } };
const OLD = { spec: { object: { ...OBJECT, uid: "uid-nightly" } } };
const SEEN = { ...NEW, status: { targetUid: "uid-nightly" } };
const DAY_MS = 86_400_000;

interface Change {
  readonly stamp?: string;
  readonly metadata?: Partial<VClusterSnapshot["metadata"]>;
  /** As `Type=Status Reason`. */
  readonly condition?: string;
}

function snapshot({ stamp = "op-1", metadata, condition }: Change = {}): VClusterSnapshot {
  const [type = "", status = "", reason = ""] = condition?.split(/[= ]/) ?? [];
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterSnapshot",
    metadata: {
      namespace: "team",
      name: "nightly",
      uid: "uid-nightly",
      annotations: { [OPERATION_ANNOTATION]: stamp },
      ...metadata,
    },
    spec: { instanceRef: { name: "demo" } },
    status: {
      conditions:
        condition === undefined
          ? []
          : [{ type, status: status as "True", reason, message: "Because", lastTransitionTime }],
    },
  };
}

function outcome(
  about: VClusterOperation,
  object: VClusterSnapshot | undefined,
  laterMs = 0,
): string {
  const context = { ...CONTEXT, nowMs: CONTEXT.nowMs + laterMs };
  return tell(decide(operationSeen(about, target({ stamp: "op-2" }), object), context));
}

describe("an operation about a snapshot", () => {
  it.each<[string, VClusterOperation, VClusterSnapshot | undefined, string]>([
    ["waits for its object", operation("SnapshotVCluster", NEW), undefined, "wait"],
    ["starts when the object carries it", operation("SnapshotVCluster", NEW), snapshot(), "start"],
    [
      "waits where the object carries another one",
      operation("SnapshotVCluster", NEW),
      snapshot({ stamp: "op-2" }),
      "wait",
    ],
    [
      "has not deleted what is merely stamped",
      operation("DeleteSnapshot", OLD),
      snapshot(),
      "wait",
    ],
    [
      "deletes from the moment at which the object goes",
      operation("DeleteSnapshot", OLD),
      snapshot({ metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }),
      "start",
    ],
    ["has deleted what is gone", operation("DeleteSnapshot", OLD), undefined, "Succeeded"],
  ])("%s", (_, about, object, told) => {
    expect(outcome(about, object)).toBe(told);
  });

  it.each<[OperationMethod, Change | undefined, string]>([
    ["SnapshotVCluster", {}, "wait"],
    ["SnapshotVCluster", { condition: "Ready=False Snapshotting" }, "wait"],
    ["SnapshotVCluster", { condition: "Ready=True Verified" }, "Succeeded"],
    [
      "SnapshotVCluster",
      { condition: "Stalled=True StoreUnsupported" },
      "Failed FAILED_PRECONDITION StoreUnsupported",
    ],
    [
      "SnapshotVCluster",
      { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } },
      "Failed ABORTED Superseded",
    ],
    ["SnapshotVCluster", undefined, "Failed ABORTED TargetDeleted"],
    [
      "SnapshotVCluster",
      { metadata: { uid: "uid-another" }, condition: "Ready=True Verified" },
      "Failed ABORTED TargetDeleted",
    ],
    ["HoldSnapshot", { condition: "Ready=False Snapshotting" }, "Succeeded"],
    ["DeleteSnapshot", { condition: "Ready=True Verified" }, "wait"],
    ["DeleteSnapshot", undefined, "Succeeded"],
  ])("under way as %s, with %j: %s", (method, change, told) => {
    const object = change === undefined ? undefined : snapshot(change);
    expect(outcome(running(method, SEEN), object)).toBe(told);
  });

  it.each<[string, Change, VClusterSnapshot["status"], string]>([
    ["goes on until its snapshot was read", { condition: "Ready=True Verified" }, {}, "wait"],
    [
      "goes on although it was read before",
      { condition: "Ready=True Verified" },
      { verificationTime: "2026-01-01T00:00:59Z" },
      "wait",
    ],
    [
      "has verified what was read since",
      { condition: "Ready=True Verified" },
      { verificationTime: "2026-01-01T00:01:00Z" },
      "Succeeded",
    ],
    ["looks again at what was damaged", { condition: "Stalled=True SnapshotDamaged" }, {}, "wait"],
    [
      "tells of damage",
      { condition: "Stalled=True SnapshotDamaged" },
      { verificationTime: "2026-01-01T00:01:00Z" },
      "Failed DATA_LOSS SnapshotDamaged",
    ],
    [
      "ends with its snapshot",
      { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } },
      {},
      "Failed ABORTED Superseded",
    ],
  ])("of VerifySnapshot %s", (_, change, status, told) => {
    const object = snapshot(change);
    const read = {
      ...object,
      spec: { ...object.spec, verifyAfter: "2026-01-01T00:01:00Z" },
      status: { ...object.status, ...status },
    };
    expect(outcome(running("VerifySnapshot", SEEN), read)).toBe(told);
  });

  it.each([
    ["starts where a later reading answers it", 0, "start"],
    ["waits where an earlier one was asked for", -2_000, "wait"],
  ])("of VerifySnapshot whose write another one replaced %s", (_what, sinceMs, told) => {
    const object = snapshot({ stamp: "op-2" });
    const verifyAfter = new Date(CONTEXT.nowMs + sinceMs).toISOString();
    const asked = { ...object, spec: { ...object.spec, verifyAfter } };
    expect(outcome(operation("VerifySnapshot", OLD), asked)).toBe(told);
  });

  it("is not kept open for ever", () => {
    expect(outcome(running("SnapshotVCluster", SEEN), snapshot(), DAY_MS)).toBe(
      "Failed DEADLINE_EXCEEDED OperationTimedOut",
    );
  });
});
