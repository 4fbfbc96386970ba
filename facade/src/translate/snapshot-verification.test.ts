import { describe, expect, it } from "@jest/globals";
import { SnapshotVerification } from "@open-vcluster/api";
import type { VClusterSnapshot } from "@open-vcluster/crds";
import { toBeVerified } from "./snapshot-verification.ts";
import { failureFrom } from "./testing/failure.ts";

const NOW_MS = Date.parse("2026-03-01T00:00:00.900Z");
const AS_BEFORE = { verification: SnapshotVerification.UNSPECIFIED, repair: false };
const READ = {
  completionTime: "2026-02-28T00:00:00Z",
  verificationTime: "2026-02-28T00:00:00Z",
};

function snapshot(
  status: VClusterSnapshot["status"],
  metadata: Partial<VClusterSnapshot["metadata"]> = {},
): VClusterSnapshot {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterSnapshot",
    metadata: { namespace: "shop", name: "nightly", ...metadata },
    spec: { instanceRef: { name: "web" }, verification: "Full", hold: true },
    ...(status === undefined ? {} : { status }),
  };
}

describe("a snapshot that is to be verified", () => {
  it("is read back from now on, as far as before, and keeps the rest of its spec", () => {
    const { spec } = toBeVerified(snapshot(READ), AS_BEFORE, NOW_MS);
    expect(spec).toEqual({
      instanceRef: { name: "web" },
      verification: "Full",
      hold: true,
      verifyAfter: "2026-03-01T00:00:00Z",
    });
  });

  it.each([
    [SnapshotVerification.PRESENCE, "Presence"],
    [SnapshotVerification.CONTENT, "Content"],
    [SnapshotVerification.FULL, "Full"],
  ])("is read back as far as is asked: %s", (asked, verification) => {
    expect(
      toBeVerified(snapshot(READ), { ...AS_BEFORE, verification: asked }, NOW_MS).spec,
    ).toMatchObject({ verification });
  });

  it("is put back if that is asked for, and as before otherwise", () => {
    const asked = { ...AS_BEFORE, repair: true };
    const wanted = toBeVerified(snapshot(READ), asked, NOW_MS);
    expect(wanted.spec.repair).toBe(true);
    expect(toBeVerified({ ...wanted, status: READ }, AS_BEFORE, NOW_MS).spec.repair).toBe(true);
  });

  it.each([
    ["was read by a clock that is ahead", { verificationTime: "2026-03-01T00:00:03Z" }],
    ["is being read", { progress: { stage: "Verifying", startTime: "2026-03-01T00:00:03Z" } }],
  ])("is read once more if it %s", (_what, status) => {
    const asked = snapshot({ ...READ, ...status });
    const { spec } = toBeVerified(asked, AS_BEFORE, NOW_MS);
    expect(spec.verifyAfter).toBe("2026-03-01T00:00:04Z");
  });

  it.each([
    ["is not complete", snapshot({ phase: "Creating" })],
    ["is not looked at yet", snapshot(undefined)],
    ["is being deleted", snapshot(READ, { deletionTimestamp: "2026-03-01T00:00:00Z" })],
  ])("is refused while it %s", (_what, asked) => {
    const failure = failureFrom(() => toBeVerified(asked, AS_BEFORE, NOW_MS));
    expect(failure).toMatchObject({ kind: "precondition", reason: "SnapshotNotReady" });
  });

  it("is refused with a level that is unknown", () => {
    const { violations } = failureFrom(() =>
      toBeVerified(
        snapshot(READ),
        { ...AS_BEFORE, verification: 9 as SnapshotVerification },
        NOW_MS,
      ),
    );
    expect(violations).toEqual([{ field: "verification", description: "is unknown" }]);
  });
});
