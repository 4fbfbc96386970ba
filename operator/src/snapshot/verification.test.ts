import { describe, expect, it } from "@jest/globals";
import type { VClusterSnapshot } from "@open-vcluster/crds";
import { decide } from "./decide.ts";
import type { WorkSeen } from "./job/look.ts";
import { workName } from "./job/manifest.ts";
import type { SnapshotSeen } from "./seen.ts";
import {
  CONTEXT,
  jobOf,
  NOW_MS,
  seenWith,
  snapshotWith,
  stalledFor,
} from "./testing/build-snapshot.ts";
import { verifyingId } from "./work-id.ts";
import type { TaskFailure } from "./worker/result.ts";

type Spec = Partial<VClusterSnapshot["spec"]>;
type Status = NonNullable<VClusterSnapshot["status"]>;

const READ: Status = {
  completionTime: "2026-02-28T12:00:00Z",
  verificationTime: "2026-02-28T12:00:00Z",
  verifiedLevel: "Content",
};
const FOUND: Status = { completionTime: "2026-02-28T12:00:00Z" };
const DAMAGED: Status = { ...READ, conditions: [stalledFor("SnapshotDamaged")] };
const ELSEWHERE: Spec = { snapshotID: "20260228T235900Z-abc123" };
const ASKED: Spec = { verifyAfter: "2026-02-28T23:59:59Z" };
const WORKED: WorkSeen = {
  kind: "ended",
  result: { ok: true, operation: "verify", snapId: "20260228T235900Z-abc123", verifiedLevel: 2 },
};

function decided(
  spec: Spec,
  status: Status,
  change: Partial<SnapshotSeen> = {},
  nowMs = NOW_MS,
): ReturnType<typeof decide> {
  const seen = seenWith({ store: undefined, snapshot: snapshotWith(spec, status), ...change });
  return decide(seen, { ...CONTEXT, nowMs });
}

function failedWith(reason: TaskFailure["reason"]): WorkSeen {
  const message = "It says why. It says what helps.";
  return { kind: "ended", result: { ok: false, reason, message, retry: true } };
}

describe("a complete snapshot is read back again", () => {
  it("once for a moment, also when it begins in the second of that", () => {
    const spec = { verifyAfter: "2026-02-28T23:59:59.300Z" };
    const begun = decided(spec, READ, {}, Date.parse("2026-02-28T23:59:59.900Z"));
    expect(begun.action.kind).toBe("startVerifying");
    const { startTime } = begun.report?.fields?.progress ?? {};
    const read = { ...READ, verificationTime: startTime ?? "" };
    expect(decided(spec, read).action.kind).toBe("none");
  });

  it.each<[string, Spec, Status, string]>([
    ["when it was last read back before the moment", ASKED, READ, "startVerifying"],
    ["when it was never read back here", { ...ASKED, ...ELSEWHERE }, FOUND, "startVerifying"],
    ["when it was made here and its data was away", {}, FOUND, "startVerifying"],
    ["when more is asked for", { verification: "Full" }, READ, "startVerifying"],
    [
      "when it was found and that is asked for",
      { ...ELSEWHERE, verification: "Presence" },
      FOUND,
      "startVerifying",
    ],
    ["by a new moment, although it is damaged", ASKED, DAMAGED, "startVerifying"],
    ["not without being asked", {}, READ, "none"],
    ["not because it was found", ELSEWHERE, FOUND, "none"],
    ["not when less is asked for", { verification: "Presence" }, READ, "none"],
    ["not once more for the same moment", { verifyAfter: "2026-02-28T12:00:00Z" }, READ, "none"],
    ["not further, once it is damaged", { verification: "Full" }, DAMAGED, "none"],
    ["not before the moment", { verifyAfter: "2026-03-01T00:01:00Z" }, READ, "none"],
    ["not once it has expired", { ...ASKED, expiresAfter: "1h" }, READ, "expire"],
  ])("%s", (_when, spec, status, action) => {
    expect(decided(spec, status).action.kind).toBe(action);
  });

  it("at a moment that is to come", () => {
    const { requeueAfterMs } = decided({ verifyAfter: "2026-03-01T00:01:00Z" }, READ);
    expect(requeueAfterMs).toBe(60_000);
  });

  it("when the work before it is over and its pause has passed", () => {
    const job = jobOf("vcw-1-verify-0", { state: "failed", endedMs: NOW_MS - 1_000 });
    const status = { ...READ, attempts: 1, verifications: 1 };
    expect(decided(ASKED, status, { jobs: [job] }).requeueAfterMs).toBe(1_000);
    const later = decided(ASKED, status, { jobs: [job] }, NOW_MS + 1_000);
    expect(later.action).toEqual({ kind: "endWork", job });
  });

  it("by work of its own each time", () => {
    const names = [READ, { ...READ, verifications: 1 }].map((status) =>
      workName(verifyingId(snapshotWith(ASKED, status))),
    );
    expect(new Set(names).size).toBe(2);
  });
});

describe("while it is read back again a snapshot", () => {
  const verifying: WorkSeen = {
    kind: "running",
    progress: { type: "progress", stage: "Verifying", keys: 3, bytes: 0, total: 9 },
    trouble: undefined,
  };

  it("can be restored, and shows how far that is", () => {
    const { report, requeueAfterMs } = decided(ASKED, READ, { verifying });
    expect(report).toMatchObject({ phase: "Ready", ready: "True", reason: "Verifying" });
    expect(report?.fields?.progress).toEqual({
      stage: "Verifying",
      startTime: "2026-03-01T00:00:00Z",
      keys: 3,
      bytes: 0,
      totalKeys: 9,
    });
    expect(requeueAfterMs).toBe(1_000);
  });

  it("stays what it was if it was damaged", () => {
    const { report } = decided(ASKED, DAMAGED, { verifying });
    expect(report).toMatchObject({ phase: "Failed", ready: "False", reason: "SnapshotDamaged" });
  });

  it("is not ready if its data was away", () => {
    const { report } = decided({}, FOUND, { verifying });
    expect(report).toMatchObject({ phase: "Verifying", ready: "Unknown", reason: "Verifying" });
  });

  it("expires all the same", () => {
    const { report, requeueAfterMs } = decided({ ...ASKED, expiresAfter: "13h" }, READ, {
      verifying,
    });
    expect(report?.fields?.expirationTime).toBe("2026-03-01T01:00:00Z");
    expect(requeueAfterMs).toBe(1_000);
    expect(decided({ ...ASKED, expiresAfter: "1h" }, READ, { verifying }).action.kind).toBe(
      "expire",
    );
  });

  it("can be deleted", () => {
    const job = jobOf("vcw-1-verify-0");
    const going = { deletionTimestamp: "2026-02-28T23:59:50Z" };
    const snapshot = snapshotWith(ASKED, { ...READ, snapshotID: "a" }, going);
    expect(decided({}, {}, { snapshot, verifying, jobs: [job] }).action).toEqual({
      kind: "endWork",
      job,
    });
  });
});

describe("a snapshot that was read back again", () => {
  const begun: Status = {
    ...READ,
    attempts: 2,
    verifications: 4,
    progress: { stage: "Verifying", startTime: "2026-02-28T23:59:59Z" },
  };

  it.each([READ, DAMAGED, FOUND])(
    "is ready when all was well, whatever it was before",
    (before) => {
      const { report } = decided(ASKED, { ...begun, ...before }, { verifying: WORKED });
      expect(report).toMatchObject({ phase: "Ready", ready: "True", reason: "Verified" });
      expect(report?.isFinal).toBeUndefined();
    },
  );

  it("was read as of the moment at which that began, so that a later request is not answered by it", () => {
    const { report } = decided(ASKED, begun, { verifying: WORKED });
    expect(report?.fields).toEqual({
      verifiedLevel: "Content",
      verificationTime: "2026-02-28T23:59:59Z",
      verifications: 5,
      attempts: undefined,
      progress: undefined,
      expirationTime: undefined,
    });
  });

  it.each(["SnapshotDamaged", "SnapshotMissing"] as const)(
    "cannot be restored when it is damaged: %s",
    (reason) => {
      const found = failedWith(reason);
      const { report } = decided(ASKED, begun, { verifying: found, repairing: found });
      expect(report).toMatchObject({
        phase: "Failed",
        ready: "False",
        reason,
        message: "It says why. It says what helps.",
        isFinal: true,
        fields: { verificationTime: "2026-02-28T23:59:59Z", verifications: 5 },
      });
    },
  );

  it.each(["BucketUnreachable", "WrongKey", "Interrupted"] as const)(
    "stays ready when it could not be read, and is read again: %s",
    (reason) => {
      const { report } = decided(ASKED, begun, { verifying: failedWith(reason) });
      expect(report).toMatchObject({
        phase: "Ready",
        ready: "True",
        fields: { attempts: 3, verifications: 5 },
      });
      expect(report?.fields).not.toHaveProperty("verificationTime");
    },
  );

  it("waits, ready, for a location that lacks something", () => {
    const place = { kind: "refused", reason: "CredentialsMissing", message: "Secret x" } as const;
    expect(decided(ASKED, READ, { place })).toMatchObject({
      action: { kind: "none" },
      report: { ready: "True", reason: "CredentialsMissing" },
      requeueAfterMs: 15_000,
    });
  });
});
