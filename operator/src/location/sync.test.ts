import { describe, expect, it } from "@jest/globals";
import type { SnapshotReason, VClusterSnapshot } from "@open-vcluster/crds";
import type { ManifestHeader } from "../snapshot/engine/index.ts";
import { snapshotIdOf } from "../snapshot/facts.ts";
import { NOW_MS, snapshotWith, stalledFor } from "../snapshot/testing/build-snapshot.ts";
import { foundObject, foundReport } from "./found.ts";
import { knownIds, planSync } from "./sync.ts";

const HEADER: ManifestHeader = {
  format: "vcsnap/v1",
  snapId: "20260101T000000Z-abc123",
  kind: "full",
  createdAt: "2026-01-01T00:00:00.000Z",
  completedAt: "2026-01-01T00:00:10.000Z",
  expiresAt: null,
  trigger: "manual",
  subject: {
    uid: "instance-1",
    name: "shop",
    namespace: "team",
    facts: { store: "etcd", chart: "0.36.1", kubernetes: "v1.36.0" },
  },
  revision: 4711,
  parent: null,
  base: null,
  chainLength: 0,
  keys: 300,
  valueBytes: 1_000,
  addedBytes: 100,
};
const DONE = { completionTime: "2026-01-01T00:00:10Z" };
const FOUND = { snapshotID: HEADER.snapId, deletionPolicy: "Retain" } as const;
const found = snapshotWith(FOUND, DONE);

/** What a search gives that knows of some objects. */
function searched(
  headers: readonly ManifestHeader[],
  objects: readonly VClusterSnapshot[] = [],
): Parameters<typeof planSync>[0] {
  const known = knownIds(objects);
  return {
    held: new Set(headers.map(({ snapId }) => snapId)),
    found: headers.filter(({ snapId }) => !known.has(snapId)),
    unusable: new Set(),
  };
}

describe("what a location holds and the objects of its namespace", () => {
  it("agree when each is known to the other", () => {
    expect(planSync(searched([HEADER], [found]), [found], NOW_MS)).toEqual({
      missing: [],
      untold: [],
      unusable: [],
      unheld: [],
      vanished: [],
      lost: [],
      regained: [],
    });
  });

  it("make an object for what was found, which keeps the data when it is deleted", () => {
    const plan = planSync(searched([HEADER]), [], NOW_MS);
    expect(plan.missing).toEqual([HEADER]);
    const object = foundObject(HEADER, "team", { namespace: "team", name: "bucket" });
    expect(object).toMatchObject({
      metadata: { name: "shop-20260101t000000z-abc123", namespace: "team" },
      spec: {
        snapshotID: HEADER.snapId,
        deletionPolicy: "Retain",
        locationRef: { name: "bucket" },
      },
    });
  });

  it("tell what was found to an object that names it", () => {
    const asked = snapshotWith({ snapshotID: HEADER.snapId });
    const plan = planSync(searched([HEADER], [asked]), [asked], NOW_MS);
    expect(plan).toMatchObject({ missing: [], untold: [{ snapshot: asked, header: HEADER }] });
    expect(foundReport(HEADER, { namespace: "team", name: "bucket" }).fields).toMatchObject({
      revision: "4711",
      completionTime: "2026-01-01T00:00:10Z",
      versions: { chart: "0.36.1", kubernetes: "v1.36.0", store: "etcd" },
    });
  });

  it("tell an object that what it names cannot be used, as long as that is so", () => {
    const asked = snapshotWith({ snapshotID: HEADER.snapId });
    const unusable = new Set([HEADER.snapId]);
    expect(planSync({ ...searched([]), unusable }, [asked], NOW_MS).unusable).toEqual([asked]);
    expect(planSync(searched([HEADER], [asked]), [asked], NOW_MS)).toMatchObject({
      untold: [{ snapshot: asked }],
      unusable: [],
    });
  });

  it("tell an object that nothing there has the id that it names, once it was looked for", () => {
    const asked = snapshotWith({ snapshotID: HEADER.snapId });
    const askedMs = Date.parse(asked.metadata.creationTimestamp ?? "");
    expect(planSync(searched([]), [asked], askedMs + 1).unheld).toEqual([asked]);
    expect(planSync(searched([]), [asked], askedMs).unheld).toEqual([]);
    expect(planSync(searched([HEADER], [asked]), [asked], NOW_MS).unheld).toEqual([]);
    expect(planSync(searched([]), [snapshotWith()], NOW_MS).unheld).toEqual([]);
  });

  it("do not count one that is being made as missing", () => {
    const making = snapshotWith();
    const header = { ...HEADER, snapId: snapshotIdOf(making) };
    expect(planSync(searched([header], [making]), [making], NOW_MS).missing).toEqual([]);
  });

  it("part when the data is gone: what was found goes too, what was made here is told to be lost", () => {
    const made = snapshotWith({}, DONE);
    expect(planSync(searched([]), [found, made], NOW_MS)).toMatchObject({
      vanished: [found],
      lost: [made],
    });
  });

  it.each([
    { deletionPolicy: "Delete" },
    { hold: true },
    { grants: [{ namespace: "other" }] },
  ] as const)("part without a deletion where somebody has taken care of it: %j", (care) => {
    const cared = snapshotWith({ ...FOUND, ...care }, DONE);
    expect(planSync(searched([]), [cared], NOW_MS)).toMatchObject({ vanished: [], lost: [cared] });
  });

  it("agree again when the data is back, of what was missed alone", () => {
    const failed = (reason: SnapshotReason): VClusterSnapshot =>
      snapshotWith({}, { ...DONE, conditions: [stalledFor(reason)] });
    const missed = failed("SnapshotMissing");
    const back = { ...HEADER, snapId: snapshotIdOf(missed) };
    expect(planSync(searched([back], [missed]), [missed], NOW_MS).regained).toEqual([missed]);
    expect(planSync(searched([], [missed]), [missed], NOW_MS).regained).toEqual([]);
    const damaged = failed("SnapshotDamaged");
    expect(planSync(searched([back], [damaged]), [damaged], NOW_MS).regained).toEqual([]);
  });

  it("part once over what had failed before", () => {
    const failed = { ...DONE, conditions: [stalledFor("SnapshotDamaged")] };
    const [damaged, told] = [FOUND, {}].map((spec) => snapshotWith(spec, failed)) as [
      VClusterSnapshot,
      VClusterSnapshot,
    ];
    expect(planSync(searched([]), [damaged, told], NOW_MS)).toMatchObject({
      vanished: [damaged],
      lost: [],
    });
  });

  it("do not part over what was completed after the search began", () => {
    const fresh = snapshotWith({}, { completionTime: "2026-03-01T00:00:05Z" });
    expect(planSync(searched([]), [fresh], NOW_MS).lost).toEqual([]);
  });
});
