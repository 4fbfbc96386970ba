import { describe, expect, it } from "@jest/globals";
import {
  FAILED_DIGEST_ANNOTATION,
  STORE_INCOMPLETE_ANNOTATION,
  type VClusterInstanceSpec,
} from "@open-vcluster/crds";
import {
  CONTEXT,
  deleted,
  deployed,
  instance,
  NOW_MS,
  namespace,
  release,
  revision,
  seen,
  workload,
} from "../testing/build.ts";
import { decide } from "./decide.ts";
import { dueSnapshotOf } from "./due-snapshot.ts";
import type { InstanceSeen } from "./seen.ts";
import { statusOf } from "./status.ts";

type Facts = Partial<InstanceSeen>;

const ASKED: VClusterInstanceSpec = {
  suspend: { snapshot: true },
  snapshots: { beforeUpgrade: true, beforeDeletion: true },
};
const SUSPEND: Facts = {
  instance: instance({ ...ASKED, powerState: "Suspended" }),
  desire: { kind: "release", release: release({ mode: "suspended", valuesDigest: "asleep" }) },
};
const UPGRADE: Facts = {
  instance: instance(ASKED),
  desire: {
    kind: "release",
    release: release({ kubernetesVersion: "v1.37.0", valuesDigest: "newer" }),
  },
};
const REMOVE: Facts = { instance: deleted(ASKED) };
const CLAIM = {
  ...{ name: "data-demo-0", namespace: "vc-demo", uid: "uid-claim", resourceVersion: "1" },
  ...{ creationTimestamp: "", labels: { app: "vcluster" }, annotations: {} },
};
const ASLEEP: Facts = {
  ...deployed(revision({ mode: "suspended" })),
  instance: { ...deleted(ASKED), status: { store: { type: "sqlite", volumes: ["uid-claim"] } } },
  claims: [CLAIM],
};
const PLAN = {
  kind: "restore",
  by: "VClusterRestore team/plan",
  uid: "uid-plan",
  isBegun: true,
} as const;
/** Its snapshot waits for its etcd. */
const WOKEN: Facts = {
  ...ASLEEP,
  desire: { kind: "release", release: release({ mode: "storeOnly", valuesDigest: "store" }) },
  chart: { kind: "ready", path: "/chart.tgz" },
};

describe("a snapshot is due", () => {
  it.each<[string, Facts, string | undefined]>([
    ["before a suspension", SUSPEND, "the suspension"],
    ["before an upgrade", UPGRADE, "the upgrade"],
    ["before a deletion", REMOVE, "the deletion"],
    [
      "not before an upgrade that failed and was left",
      {
        ...UPGRADE,
        namespace: namespace({
          annotations: { [FAILED_DIGEST_ANNOTATION]: "0.36.1/v1.37.0/newer" },
        }),
      },
      undefined,
    ],
    ["not while nothing changes", { instance: instance(ASKED) }, undefined],
    ["not where nobody asks", { ...UPGRADE, instance: instance() }, undefined],
    [
      "not before a forced deletion",
      { instance: deleted({ ...ASKED, deletionPolicy: "Force" }) },
      undefined,
    ],
    [
      "not once the namespace goes",
      { ...REMOVE, namespace: namespace({ terminating: true }) },
      undefined,
    ],
    [
      "not of what never served",
      { ...REMOVE, ...deployed(revision({ healthy: false })) },
      undefined,
    ],
    ["before the deletion of what is asleep", ASLEEP, "the deletion"],
    [
      "before it while Helm is at work",
      {
        ...ASLEEP,
        release: { kind: "pendingDead", current: revision({ status: "pending-upgrade" }) },
      },
      "the deletion",
    ],
    [
      "before it while a restore only plans",
      { ...ASLEEP, storeWork: [{ ...PLAN, mode: "storeOnly" }] },
      "the deletion",
    ],
    [
      "before it where a changed spec was not seen to serve yet",
      {
        ...ASLEEP,
        ...deployed(revision({ healthy: false })),
        controlPlane: workload({ ready: 1 }),
      },
      "the deletion",
    ],
    ["not of what is asleep and lost its volumes", { ...ASLEEP, claims: [] }, undefined],
    ["not of what is asleep and has never run", { ...ASLEEP, instance: deleted(ASKED) }, undefined],
    [
      "not of what a restore left half written",
      {
        ...ASLEEP,
        namespace: namespace({ annotations: { [STORE_INCOMPLETE_ANNOTATION]: "t/r" } }),
      },
      undefined,
    ],
  ])("%s", (_name, facts, before) => {
    const host = seen(facts);
    expect(dueSnapshotOf(host, host.desire)?.before).toBe(before);
  });

  it("under one name for one occasion", () => {
    const nameOf = (facts: Facts) => dueSnapshotOf(seen(facts), seen(facts).desire)?.name;
    const later = instance({ ...ASKED, powerState: "Suspended" }, { generation: 2 });
    expect(nameOf(SUSPEND)).toBe(nameOf(SUSPEND));
    expect(nameOf({ ...SUSPEND, instance: later })).not.toBe(nameOf(SUSPEND));
    // An upgrade that failed is tried again by another spec.
    const again = instance(ASKED, { generation: 2 });
    expect(nameOf({ ...UPGRADE, instance: again })).not.toBe(nameOf(UPGRADE));
  });
});

describe("a step that a snapshot is due before", () => {
  const dueSnapshot = (facts: Facts, state: NonNullable<InstanceSeen["dueSnapshot"]>["state"]) => {
    const due = dueSnapshotOf(seen(facts), seen(facts).desire);
    return seen({ ...facts, dueSnapshot: due === undefined ? undefined : { ...due, state } });
  };
  const failed = { kind: "failed", message: "The bucket is away" } as const;

  it.each<[string, InstanceSeen, string]>([
    ["takes it", dueSnapshot(SUSPEND, undefined), "takeSnapshot"],
    ["waits for it", dueSnapshot(SUSPEND, { kind: "unfinished" }), "none"],
    ["stops where it failed", dueSnapshot(SUSPEND, failed), "none"],
    [
      "puts back what was removed by hand meanwhile",
      dueSnapshot({ ...UPGRADE, rendered: { expected: 9, current: 8, stale: [] } }, failed),
      "rollBack",
    ],
    [
      "starts what was stopped by hand meanwhile",
      dueSnapshot({ ...UPGRADE, controlPlane: workload({ replicas: 0 }) }, failed),
      "rollBack",
    ],
    ["suspends with it", dueSnapshot(SUSPEND, { kind: "complete" }), "applyRelease"],
    ["deletes nothing before it", dueSnapshot(REMOVE, { kind: "unfinished" }), "none"],
    ["wakes the store for it", dueSnapshot(WOKEN, { kind: "unfinished" }), "applyRelease"],
    ["wakes nothing that serves it", dueSnapshot(ASLEEP, { kind: "unfinished" }), "none"],
    ["deletes with it", dueSnapshot(REMOVE, { kind: "complete" }), "deleteNamespace"],
  ])("%s", (_name, facts, action) => {
    expect(decide(facts, CONTEXT).action.kind).toBe(action);
  });

  it.each<[string, Facts, string, string]>([
    ["a suspension", SUSPEND, "Ready", "False SnapshotFailed"],
    ["an upgrade", UPGRADE, "HelmReleased", "False SnapshotFailed"],
    ["a deletion", REMOVE, "Deleting", "True DeletionBlocked"],
  ])("says why %s does not go on", (_name, facts, type, wanted) => {
    const account = { seen: dueSnapshot(facts, failed), failure: undefined, evictions: [] };
    const found = statusOf(account, NOW_MS).conditions?.find((one) => one.type === type);
    expect(`${found?.status ?? ""} ${found?.reason ?? ""}`).toBe(wanted);
    expect(found?.message).toContain("The bucket is away");
  });
});
