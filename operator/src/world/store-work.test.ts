import { describe, expect, it } from "@jest/globals";
import {
  SNAPSHOT_FINALIZER,
  type VClusterRestore,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import { lastSnapshotOf, readerOf, storeWorkOf } from "./store-work.ts";

const API = { apiVersion: "openvcluster.io/v1alpha1" };

function restore(status: VClusterRestore["status"], dryRun = false): VClusterRestore {
  const spec = { snapshotRef: { name: "s" }, target: { instanceRef: { name: "demo" } }, dryRun };
  const metadata = { namespace: "team", name: "r", uid: "uid-r" };
  return { ...API, kind: "VClusterRestore", metadata, spec, ...(status && { status }) };
}

function snapshot(status: VClusterSnapshot["status"], name = "s"): VClusterSnapshot {
  const metadata = { namespace: "team", name, uid: `uid-${name}` };
  const spec = { instanceRef: { name: "demo" } };
  return { ...API, kind: "VClusterSnapshot", metadata, spec, ...(status && { status }) };
}

function ready(status: "True" | "Unknown", reason: string) {
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  return [{ type: "Ready", status, reason, message: "", lastTransitionTime }];
}

const STARTED = { startTime: "2026-01-01T00:00:00Z" };

describe("the restore that needs a snapshot", () => {
  const STATUS = { ...STARTED, preRestoreSnapshot: "before" };
  it.each<[string, string, VClusterRestore["status"], boolean]>([
    ["is one that reads it", "s", STATUS, true],
    ["is one that may go back to it", "before", STATUS, true],
    ["is none that reads another one", "other", STATUS, false],
    ["is none that was not accepted", "s", undefined, false],
    ["is none that has ended", "s", { ...STATUS, completionTime: STARTED.startTime }, false],
  ])("%s", (_what, name, status, isFound) => {
    expect(readerOf(snapshot(undefined, name), [restore(status)]) !== undefined).toBe(isFound);
  });

  it("may be in another namespace", () => {
    const there = restore(STATUS);
    const metadata = { ...there.metadata, namespace: "other" };
    const spec = { ...there.spec, snapshotRef: { namespace: "team", name: "s" } };
    const taken = [snapshot(undefined, "s"), snapshot(undefined, "before")];
    const found = taken.map((one) => readerOf(one, [{ ...there, metadata, spec }]) !== undefined);
    expect(found).toEqual([true, false]);
  });
});

describe("work on a store", () => {
  it.each<[string, VClusterRestore["status"], boolean, string]>([
    ["was not accepted", undefined, false, ""],
    ["plans", STARTED, false, "-"],
    ["only counts", STARTED, true, ""],
    [
      "only counts, on a stopped instance",
      { ...STARTED, instanceMode: "storeOnly" },
      true,
      "storeOnly",
    ],
    ["writes", { ...STARTED, instanceMode: "storeOnly" }, false, "storeOnly"],
    [
      "has ended, whatever it wished for",
      { ...STARTED, instanceMode: "storeOnly", completionTime: "2026-01-01T00:01:00Z" },
      false,
      "",
    ],
  ])("of a restore that %s", (_name, status, dryRun, modes) => {
    const work = storeWorkOf([restore(status, dryRun)], []);
    expect(work.map(({ mode = "-" }) => mode).join()).toBe(modes);
  });

  it.each<[string, VClusterSnapshot["status"], string]>([
    ["nobody looked at", undefined, ""],
    ["reads", { phase: "Creating" }, "true"],
    ["is read back for the first time", { phase: "Verifying" }, "true"],
    ["is read back again", { phase: "Verifying", completionTime: "2026-01-01T00:01:00Z" }, ""],
    [
      "opens the store",
      { phase: "Pending", conditions: ready("Unknown", "Snapshotting") },
      "false",
    ],
    [
      "waits for the store",
      { phase: "Pending", conditions: ready("Unknown", "InstanceNotReady") },
      "false",
    ],
    [
      "waits for its location",
      { phase: "Pending", conditions: ready("Unknown", "LocationMissing") },
      "",
    ],
    ["is complete", { phase: "Ready", conditions: ready("True", "Verified") }, ""],
  ])("of a snapshot that %s", (_name, status, begun) => {
    const work = storeWorkOf([], [snapshot(status)]);
    expect(work.map(({ isBegun }) => String(isBegun)).join()).toBe(begun);
  });
});

it.each([
  ["is at work until its way to the store is closed", [SNAPSHOT_FINALIZER], 1],
  ["is at work no more when others hold it alone", ["example.com/other"], 0],
])("a snapshot that is deleted %s", (_what, finalizers, count) => {
  const asked = snapshot({ phase: "Pending", conditions: ready("Unknown", "Snapshotting") });
  const deletionTimestamp = "2026-01-01T00:01:00Z";
  const going = { ...asked, metadata: { ...asked.metadata, deletionTimestamp, finalizers } };
  expect(storeWorkOf([], [going])).toHaveLength(count);
});

describe("the last snapshot", () => {
  const done = (name: string, completionTime: string, status: "True" | "Unknown" = "True") =>
    snapshot(
      {
        snapshotID: `id-${name}`,
        storedBytes: 4_096,
        completionTime,
        conditions: ready(status, ""),
      },
      name,
    );

  it("is the one that was complete last", () => {
    const old = done("old", "2026-01-01T00:00:00Z");
    const young = done("young", "2026-01-02T00:00:00.5Z");
    const lost = done("lost", "2026-01-03T00:00:00Z", "Unknown");
    expect(lastSnapshotOf([old, young, lost])).toEqual({
      name: "young",
      uid: "uid-young",
      snapshotID: "id-young",
      storedBytes: 4_096,
      completionTime: "2026-01-02T00:00:00.5Z",
    });
    expect(lastSnapshotOf([snapshot(undefined)])).toBeUndefined();
  });
});
