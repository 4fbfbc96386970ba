import { describe, expect, it } from "@jest/globals";
import type { VClusterRestore, VClusterSnapshot } from "@open-vcluster/crds";
import { createMetrics, type Informer, type InformerChange } from "@open-vcluster/runtime";
import { instance, NOW_MS } from "../testing/build.ts";
import { METRICS_PREFIX } from "./catalog.ts";
import { reportFleet } from "./fleet.ts";
import { restoreProgress, snapshotProgress } from "./snapshot-work.ts";
import { reportSnapshots, snapshotAge } from "./snapshots.ts";

const HOUR_MS = 3_600_000;

function at(ageMs: number): string {
  return new Date(NOW_MS - ageMs).toISOString();
}

function snapshot(
  status: NonNullable<VClusterSnapshot["status"]>,
  spec: Partial<VClusterSnapshot["spec"]> = {},
): VClusterSnapshot {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterSnapshot",
    metadata: { namespace: "team", name: "nightly", creationTimestamp: at(HOUR_MS) },
    spec: { instanceRef: { name: "demo" }, ...spec },
    status,
  };
}

function restore(
  status: NonNullable<VClusterRestore["status"]>,
  spec: Partial<VClusterRestore["spec"]> = {},
): VClusterRestore {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterRestore",
    metadata: { namespace: "team", name: "back", creationTimestamp: at(HOUR_MS) },
    spec: {
      snapshotRef: { name: "nightly" },
      target: { instanceRef: { name: "demo" } },
      ...spec,
    },
    status,
  };
}

const refused = [
  {
    type: "Ready",
    status: "False",
    reason: "BucketDenied",
    message: "The object store refuses the credentials",
    lastTransitionTime: at(0),
  },
] as const;

describe("progress", () => {
  it.each<[string, VClusterSnapshot, object]>([
    [
      "under way since it was made",
      snapshot({ phase: "Creating" }),
      { kind: "underWay", sinceMs: NOW_MS - HOUR_MS },
    ],
    [
      "done when it was complete",
      snapshot({ phase: "Ready", completionTime: at(HOUR_MS - 8_000) }),
      { kind: "done", durationMs: 8_000 },
    ],
    [
      "failed for its reason",
      snapshot({ phase: "Failed", conditions: refused }),
      { kind: "failed", reason: "BucketDenied" },
    ],
    [
      "nobody's work when it was found",
      snapshot({ phase: "Ready", completionTime: at(0) }, { snapshotID: "s1" }),
      { kind: "none" },
    ],
    ["nobody's work when it goes", snapshot({ phase: "Deleting" }), { kind: "none" }],
  ])("of a snapshot is %s", (_name, object, expected) => {
    expect(snapshotProgress(object)).toEqual(expected);
  });

  it.each<[string, VClusterRestore, object]>([
    ["under way", restore({ phase: "Stopping" }), { kind: "underWay", sinceMs: NOW_MS - HOUR_MS }],
    [
      "failed when the state from before is back",
      restore({ phase: "RolledBack", conditions: refused }),
      { kind: "failed", reason: "BucketDenied" },
    ],
    [
      "nobody's work when it only plans",
      restore({ phase: "Planning" }, { dryRun: true }),
      { kind: "none" },
    ],
  ])("of a restore is %s", (_name, object, expected) => {
    expect(restoreProgress(object)).toEqual(expected);
  });
});

describe("snapshotAge", () => {
  it.each([
    [undefined, "never"],
    [0, "1h"],
    [2 * HOUR_MS, "1d"],
    [24 * HOUR_MS, "1d"],
    [100 * HOUR_MS, "7d"],
    [1_000 * HOUR_MS, "older"],
  ])("of %s ms is in class %s", (ageMs, expected) => {
    const status =
      ageMs === undefined ? {} : { lastSnapshot: { name: "nightly", completionTime: at(ageMs) } };
    expect(snapshotAge({ ...instance(), status }, NOW_MS)).toBe(expected);
  });
});

describe("the metrics of snapshots", () => {
  const cacheOf = <T extends object>(objects: readonly T[]) => {
    const listeners = new Set<(change: InformerChange<T>) => void>();
    const informer = {
      list: () => objects.values(),
      onChange: (listener: (change: InformerChange<T>) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    } as unknown as Informer<T>;
    const turn = (previous: T, object: T): void => {
      for (const listener of listeners) {
        listener({ type: "modified", key: "team/nightly", object, previous });
      }
    };
    return { informer, turn };
  };

  const open = (isLeader: boolean) => {
    const metrics = createMetrics({ prefix: METRICS_PREFIX });
    const snapshots = cacheOf([snapshot({ phase: "Creating" }), snapshot({ phase: "Failed" })]);
    const restores = cacheOf([restore({ phase: "Completed" })]);
    const deps = {
      instances: cacheOf([instance()]).informer,
      snapshots: snapshots.informer,
      restores: restores.informer,
      locations: cacheOf([]).informer,
      elector: { isLeader: () => isLeader },
      clock: { nowMs: () => NOW_MS },
      metrics,
    } as unknown as Parameters<typeof reportSnapshots>[0];
    reportFleet(deps);
    reportSnapshots(deps);
    return { metrics, snapshots };
  };

  it("count by phase and by age, and name what hangs", async () => {
    const text = await open(true).metrics.text();
    expect(text.split("\n")).toEqual(
      expect.arrayContaining([
        'open_vcluster_snapshots{phase="Creating"} 1',
        'open_vcluster_snapshots{phase="Failed"} 1',
        'open_vcluster_snapshots{phase="Ready"} 0',
        'open_vcluster_restores{phase="Completed"} 1',
        'open_vcluster_snapshot_locations{phase="Unavailable"} 0',
        'open_vcluster_instances_by_snapshot_age{age="never"} 1',
        'open_vcluster_work_oldest_seconds{work="snapshot"} 3600',
        'open_vcluster_work_oldest_seconds{work="restore"} 0',
      ]),
    );
  });

  it("count each end once, with its duration or its reason", async () => {
    const { metrics, snapshots } = open(true);
    const creating = snapshot({ phase: "Creating" });
    const ready = snapshot({ phase: "Ready", completionTime: at(HOUR_MS - 8_000) });
    snapshots.turn(creating, ready);
    snapshots.turn(ready, ready);
    snapshots.turn(creating, snapshot({ phase: "Failed", conditions: refused }));
    const lines = (await metrics.text()).split("\n");
    expect(lines).toContain('open_vcluster_work_duration_seconds_sum{work="snapshot"} 8');
    expect(lines).toContain('open_vcluster_work_duration_seconds_count{work="snapshot"} 1');
    expect(lines).toContain(
      'open_vcluster_failures_total{work="snapshot",reason="BucketDenied"} 1',
    );
  });

  it("count failures from nothing, so that the first one is an increase", async () => {
    const lines = (await open(true).metrics.text()).split("\n");
    for (const work of ["snapshot", "restore"]) {
      const reason = "RestoreIncomplete";
      expect(lines).toContain(`open_vcluster_failures_total{work="${work}",reason="${reason}"} 0`);
    }
  });

  it("are silent on a standby", async () => {
    const { metrics, snapshots } = open(false);
    const ready = snapshot({ phase: "Ready", completionTime: at(0) });
    snapshots.turn(snapshot({ phase: "Creating" }), ready);
    const text = await metrics.text();
    expect(text).not.toMatch(/work="snapshot".* [1-9]/);
    expect(text).not.toContain("open_vcluster_snapshots{");
  });
});
