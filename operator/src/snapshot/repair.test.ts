import { describe, expect, it } from "@jest/globals";
import { decide } from "./decide.ts";
import type { SnapshotDecision } from "./decision.ts";
import type { WorkSeen } from "./job/look.ts";
import { workName } from "./job/manifest.ts";
import type { SnapshotSeen } from "./seen.ts";
import { CONTEXT, jobOf, NOW_MS, seenWith, snapshotWith } from "./testing/build-snapshot.ts";
import { verifyingId } from "./work-id.ts";
import type { TaskFailure } from "./worker/result.ts";

const damaged = snapshotWith(
  { verifyAfter: "2026-02-28T23:59:59Z", repair: true },
  {
    instanceUID: "instance-1",
    completionTime: "2026-02-28T12:00:00Z",
    verificationTime: "2026-02-28T12:00:00Z",
    verifiedLevel: "Content",
    progress: { stage: "Verifying", startTime: "2026-02-28T23:59:59Z" },
  },
);
const READY: SnapshotSeen["store"] = {
  kind: "ready",
  isOpened: true,
  endpoint: { url: "https://10.0.0.1:2379" },
};

function failedBy(reason: TaskFailure["reason"], message: string): WorkSeen {
  return { kind: "ended", result: { ok: false, reason, message, retry: false } };
}

/** What is decided of a snapshot that was just found to be damaged; its control plane is ready. */
function decided(change: Partial<SnapshotSeen> = {}, isReady = true): SnapshotDecision {
  const { instance } = seenWith();
  if (instance === undefined) throw new Error("There is no instance");
  const status = isReady ? ("True" as const) : ("False" as const);
  const ready = { type: "Ready", status, reason: "Running", message: "", lastTransitionTime: "" };
  const job = jobOf(workName(verifyingId(damaged)), { state: "failed", endedMs: NOW_MS - 1_000 });
  const seen = seenWith({
    snapshot: damaged,
    instance: { ...instance, status: { conditions: [ready] } },
    verifying: failedBy("SnapshotDamaged", "chunks/ab: was changed."),
    jobs: [job],
    store: READY,
    ...change,
  });
  return decide(seen, CONTEXT);
}

describe("what a reading found damaged", () => {
  it.each<[string, Partial<SnapshotSeen>, boolean, object]>([
    ["with the running store", {}, true, { kind: "startRepairing", withStore: true }],
    [
      "once the way to the store is open",
      { store: { kind: "closed", isOpened: false } },
      true,
      { kind: "openStore" },
    ],
    [
      "while the way is being opened",
      { store: { kind: "waiting", why: "It opens", isOpened: true } },
      true,
      { kind: "none" },
    ],
    [
      "without a store that somebody else uses",
      { store: { kind: "waiting", why: "Another uses it", isOpened: false } },
      true,
      { kind: "startRepairing", withStore: false },
    ],
    [
      "without a store whose way does not open",
      {
        store: { kind: "waiting", why: "It opens", isOpened: true },
        jobs: [jobOf(workName(verifyingId(damaged)), { endedMs: NOW_MS - 121_000 })],
      },
      true,
      { kind: "startRepairing", withStore: false },
    ],
    [
      "without the store of a restore",
      { busy: "VClusterRestore one keeps the store to itself" },
      true,
      { kind: "startRepairing", withStore: false },
    ],
    [
      "without a store that is stopped",
      { store: { kind: "closed", isOpened: false } },
      false,
      { kind: "startRepairing", withStore: false },
    ],
    [
      "without the store of a later instance of that name",
      {
        snapshot: { ...damaged, status: { ...damaged.status, instanceUID: "instance-0" } },
        store: { kind: "closed", isOpened: false },
      },
      true,
      { kind: "startRepairing", withStore: false },
    ],
    [
      "without an instance",
      { instance: undefined, store: undefined },
      true,
      { kind: "startRepairing", withStore: false },
    ],
  ])("is put back %s", (_how, change, isReady, action) => {
    const decision = decided(change, isReady);
    expect(decision.action).toEqual(action);
    expect(decision.report).toMatchObject({
      phase: "Verifying",
      ready: "False",
      reason: "Repairing",
      message: "What is damaged is being put back: chunks/ab: was changed.",
      fields: { progress: { stage: "Repairing", startTime: "2026-02-28T23:59:59Z" } },
    });
  });

  it("stays as it is where nothing may be written", () => {
    const { place } = seenWith();
    if (place?.kind !== "place") throw new Error("There is no place");
    const { action, report } = decided({ place: { ...place, isReadOnly: true } });
    expect(action.kind).toBe("none");
    expect(report).toMatchObject({ reason: "SnapshotDamaged", isFinal: true });
  });

  it("stays as it is where nobody asked for more", () => {
    const snapshot = { ...damaged, spec: { ...damaged.spec, repair: false } };
    const { action, report } = decided({ snapshot });
    expect(action.kind).toBe("none");
    expect(report).toMatchObject({ reason: "SnapshotDamaged", message: "chunks/ab: was changed." });
  });

  it("says that nothing may be written, where it was asked to be put back", () => {
    const { place } = seenWith();
    if (place?.kind !== "place") throw new Error("There is no place");
    const { report } = decided({ place: { ...place, isReadOnly: true } });
    expect(report?.message).toBe(
      "chunks/ab: was changed. It is not put back: location bucket is ReadOnly.",
    );
  });

  it("stays told when nobody asks any more", () => {
    const condition = {
      type: "Ready",
      status: "False" as const,
      reason: "Repairing",
      message: "m",
    };
    const conditions = [{ ...condition, lastTransitionTime: "" }];
    const snapshot = {
      ...damaged,
      spec: { instanceRef: { name: "shop" } },
      status: { ...damaged.status, conditions },
    };
    const { report } = decided({ snapshot, jobs: [], store: undefined });
    expect(report).toMatchObject({ ready: "False", reason: "SnapshotDamaged", isFinal: true });
  });

  it("is not put back when the location could not be read", () => {
    const { action, report } = decided({ verifying: failedBy("BucketUnreachable", "Away.") });
    expect(action.kind).toBe("none");
    expect(report).toMatchObject({ ready: "True", reason: "BucketUnreachable" });
  });
});

describe("a snapshot that was put back", () => {
  const snapId = "20260228T235900Z-abc123";
  const repaired = (count: number): WorkSeen => ({
    kind: "ended",
    result: {
      ok: true,
      operation: "repair",
      snapId,
      verifiedLevel: 2,
      repaired: count,
      objects: ["chunks/ab"],
    },
  });

  it("can be restored, and says how much of it was", () => {
    expect(decided({ repairing: repaired(3) }).report).toMatchObject({
      phase: "Ready",
      ready: "True",
      reason: "Verified",
      fields: {
        verifiedLevel: "Content",
        verificationTime: "2026-02-28T23:59:59Z",
        repair: { time: "2026-03-01T00:00:00Z", count: 3, objects: ["chunks/ab"] },
      },
    });
  });

  it("says nothing of it when all was well at the second look", () => {
    const { report } = decided({ repairing: repaired(0) });
    expect(report).toMatchObject({ ready: "True" });
    expect(report?.fields).not.toHaveProperty("repair");
  });
});

describe("a snapshot that could not be put back", () => {
  const refused = { kind: "refused", why: "far: there is no such location" } as const;

  it("says what is lost, and what was not asked", () => {
    const repairing = failedBy("SnapshotDamaged", "chunks/ab: nowhere else.");
    expect(decided({ repairing, replicas: [refused] }).report).toMatchObject({
      phase: "Failed",
      ready: "False",
      reason: "SnapshotDamaged",
      isFinal: true,
      message: `chunks/ab: nowhere else. Not asked: ${refused.why}.`,
    });
  });

  it("is read and put back again where what kept it from that may pass", () => {
    const result = { ok: false, reason: "Locked", message: "Locked.", retry: true } as const;
    const { report } = decided({ repairing: { kind: "ended", result } });
    expect(report).toMatchObject({
      ready: "False",
      reason: "Repairing",
      fields: { verifications: 1, attempts: 1 },
    });
    expect(report?.fields).not.toHaveProperty("verificationTime");
  });

  it("says why, beside what is damaged", () => {
    const repairing = failedBy("BucketDenied", "It may not write there.");
    expect(decided({ repairing }).report).toMatchObject({
      reason: "SnapshotDamaged",
      isFinal: true,
      message: "chunks/ab: was changed. It could not be put back: It may not write there.",
    });
  });
});
