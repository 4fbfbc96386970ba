import { describe, expect, it } from "@jest/globals";
import { claimableInMs, claimed, type Lease, released, renewed, sight } from "./lease-record.ts";

function lease(version: string, holder: string | null, over: object = {}): Lease {
  return {
    metadata: { name: "l", namespace: "n", resourceVersion: version },
    spec: { holderIdentity: holder, leaseDurationSeconds: 15, leaseTransitions: 4, ...over },
  };
}

describe("what a candidate sees of a lease", () => {
  it("counts the time from when this version was first seen", () => {
    const first = sight(undefined, lease("1", "other"), 1_000);
    const again = sight(first, lease("1", "other"), 9_000);
    const newer = sight(again, lease("2", "other"), 10_000);
    expect([first, again, newer].map((seen) => seen.seenAtMs)).toEqual([1_000, 1_000, 10_000]);
  });

  it.each([
    ["was given back", lease("1", null), 0],
    ["has an empty holder", lease("1", ""), 0],
    ["is its own", lease("1", "me"), 0],
    ["is another's", lease("1", "other"), 15_000],
    [
      "is another's, for longer than ours",
      lease("1", "other", { leaseDurationSeconds: 60 }),
      60_000,
    ],
    ["is another's, for less than ours", lease("1", "other", { leaseDurationSeconds: 1 }), 15_000],
    ["never existed", undefined, 0],
  ])("waits the right time when the lease %s", (_name, seen, waitMs) => {
    expect(claimableInMs(sight(undefined, seen, 0), "me", 15_000, 0)).toBe(waitMs);
  });

  it("ignores what other clocks wrote", () => {
    const old = lease("1", "other", { renewTime: "2001-01-01T00:00:00.000000Z" });
    expect(claimableInMs(sight(undefined, old, 500), "me", 15_000, 500)).toBe(15_000);
  });

  it("waits for the holder of a lease that was deleted", () => {
    const before = sight(undefined, lease("1", "other"), 0);
    const gone = sight(before, undefined, 4_000);
    expect(gone.isAbsent).toBe(true);
    expect(claimableInMs(gone, "me", 15_000, 4_000)).toBe(11_000);
  });
});

describe("what is written into a lease", () => {
  const me = { namespace: "n", name: "l", identity: "me" };

  it("has a new holder and one more transition after a claim", () => {
    const next = claimed(lease("7", "other"), me, 15_000, 0);
    expect(next.metadata.resourceVersion).toBe("7");
    expect(next.spec).toEqual({
      holderIdentity: "me",
      leaseDurationSeconds: 15,
      leaseTransitions: 5,
      acquireTime: "1970-01-01T00:00:00.000000Z",
      renewTime: "1970-01-01T00:00:00.000000Z",
    });
  });

  it("has one transition when it is new", () => {
    expect(claimed(undefined, me, 15_000, 0).spec?.leaseTransitions).toBe(1);
  });

  it("keeps holder and transitions in a renewal", () => {
    const next = renewed(lease("7", "me"), 1_500);
    expect(next.spec).toMatchObject({ holderIdentity: "me", leaseTransitions: 4 });
    expect(next.spec?.renewTime).toBe("1970-01-01T00:00:01.500000Z");
  });

  it("has no holder after it was given back, but the same transitions", () => {
    expect(released(lease("7", "me"), 0).spec).toMatchObject({
      holderIdentity: null,
      leaseTransitions: 4,
    });
  });
});
