import { describe, expect, it } from "@jest/globals";
import { STORE_INCOMPLETE_ANNOTATION, type VClusterInstanceSpec } from "@open-vcluster/crds";
import {
  CONTEXT,
  deployed,
  instance,
  NOW_MS,
  namespace,
  release,
  revision,
  seen,
  workload,
} from "../testing/build.ts";
import type { StoreWork } from "../world/reads.ts";
import { decide } from "./decide.ts";
import { holdOf, isHoldReached, modeOf } from "./hold.ts";
import type { InstanceSeen } from "./seen.ts";
import { statusOf } from "./status.ts";

type Facts = Partial<InstanceSeen>;

const ETCD: VClusterInstanceSpec = { backingStore: { type: "etcd" } };
const SUSPENDED = { powerState: "Suspended" } as const;
const RESTORE: StoreWork = {
  kind: "restore",
  by: "VClusterRestore team/again",
  uid: "uid-again",
  isBegun: true,
};
const WRITES: StoreWork = { ...RESTORE, mode: "storeOnly" };
const SNAPSHOT: StoreWork = {
  kind: "snapshot",
  by: "VClusterSnapshot team/s",
  uid: "uid-s",
  isBegun: true,
};
const claimOf = (app: string): InstanceSeen["claims"][number] => ({
  ...{ name: `data-${app}`, namespace: "vc-demo", uid: `uid-${app}`, resourceVersion: "1" },
  ...{ creationTimestamp: "", labels: { app }, annotations: {} },
});
const ASLEEP: Facts = {
  ...deployed(revision({ mode: "suspended", healthy: false })),
  claims: [claimOf("vcluster"), claimOf("vcluster-etcd")],
};
const ALONE = deployed(revision({ mode: "storeOnly", healthy: false, etcdMembers: 3 }));
const INCOMPLETE = namespace({ annotations: { [STORE_INCOMPLETE_ANNOTATION]: "team/again" } });
const UNLOADED = { annotations: { [STORE_INCOMPLETE_ANNOTATION]: "team/again" } };
const STOPPED = workload({ replicas: 0, current: 0, updated: 0, ready: 0 });
const members = (ready: number): Facts => ({
  etcd: workload({ name: "demo-etcd", app: "vcluster-etcd", replicas: 3, current: 3, ready }),
});

describe("the mode of a release", () => {
  it.each<[string, Facts, string]>([
    ["nothing works on the store", {}, "running"],
    ["a restore plans", { storeWork: [RESTORE] }, "running"],
    ["a restore writes sqlite", { storeWork: [WRITES] }, "suspended"],
    ["a restore writes etcd", { instance: instance(ETCD), storeWork: [WRITES] }, "storeOnly"],
    [
      "a restore writes the etcd of a suspended instance",
      { instance: instance({ ...ETCD, ...SUSPENDED }), storeWork: [WRITES], ...ASLEEP },
      "storeOnly",
    ],
    [
      "a restore needs the volume for itself",
      { instance: instance(ETCD), storeWork: [{ ...RESTORE, mode: "stopped" }, WRITES] },
      "suspended",
    ],
    [
      "a restore that made it went without loading it",
      { instance: instance(ETCD, UNLOADED), release: { kind: "absent" }, releases: [] },
      "storeOnly",
    ],
    ["a snapshot reads what runs", { storeWork: [SNAPSHOT] }, "running"],
    [
      "a snapshot reads what is to be suspended",
      { instance: instance(SUSPENDED), storeWork: [SNAPSHOT] },
      "running",
    ],
    [
      "a snapshot reads what is to resume",
      { instance: instance(ETCD), storeWork: [SNAPSHOT], ...ASLEEP },
      "storeOnly",
    ],
    [
      "a snapshot waits for what has never run",
      { storeWork: [{ ...SNAPSHOT, isBegun: false }], release: { kind: "absent" }, releases: [] },
      "running",
    ],
    ["a restore was cut off", { instance: instance(ETCD), namespace: INCOMPLETE }, "storeOnly"],
  ])("when %s", (_name, facts, mode) => {
    expect(modeOf(seen(facts))).toBe(mode);
  });
});

describe("a hold is reached", () => {
  const held: Facts = {
    instance: instance(ETCD),
    storeWork: [WRITES],
    ...ALONE,
    controlPlane: STOPPED,
    controlPlanePods: 0,
    ...members(3),
  };

  it.each<[string, Facts, boolean]>([
    ["the control plane is gone and etcd serves", {}, true],
    ["a member of etcd is away", members(2), true],
    ["etcd has no majority", members(1), false],
    ["a pod of the control plane is ending", { controlPlanePods: 1 }, false],
    ["the release is another one", deployed(revision({ mode: "running", etcdMembers: 3 })), false],
    ["nothing holds", { storeWork: [] }, false],
  ])("only when the writers are gone: %s", (_name, change, reached) => {
    expect(isHoldReached(seen({ ...held, ...change }))).toBe(reached);
  });

  it("and is told only then", () => {
    const account = { failure: undefined, evictions: [] };
    const told = statusOf({ seen: seen(held), ...account }, NOW_MS);
    expect(told.hold).toEqual({ mode: "storeOnly", uids: ["uid-again"] });
    const early = seen({ ...held, controlPlanePods: 1 });
    expect(statusOf({ seen: early, ...account }, NOW_MS).hold).toBeUndefined();
  });
});

describe("a hold that is not reached", () => {
  const held: Facts = { instance: instance(ETCD), storeWork: [WRITES], ...ALONE };

  it.each<[string, Facts, string | undefined]>([
    ["nothing when it is", { ...members(3), controlPlanePods: 0 }, undefined],
    ["pods that end", { ...members(3), controlPlanePods: 2 }, "2 pods of the control plane"],
    [
      "an etcd that does not start",
      {
        ...members(0),
        controlPlanePods: 0,
        diagnosis: { reason: "Unschedulable", message: "No node takes it" },
      },
      "0 of 3 members of its etcd are ready: No node takes it",
    ],
    [
      "a namespace that goes",
      { ...members(0), namespace: namespace({ terminating: true }) },
      "is being deleted",
    ],
  ])("names %s", (_name, change, words = "works on it") => {
    const account = { seen: seen({ ...held, ...change }), failure: undefined, evictions: [] };
    const { conditions = [] } = statusOf(account, NOW_MS);
    const ready = conditions.find(({ type }) => type === "Ready");
    expect(ready?.message).toContain(words);
  });
});

describe("a held instance", () => {
  const changed: Facts = { desire: { kind: "release", release: release({ valuesDigest: "new" }) } };

  it("is not changed while something works on its store", () => {
    expect(decide(seen(changed), CONTEXT).action.kind).toBe("applyRelease");
    const decision = decide(seen({ ...changed, storeWork: [SNAPSHOT] }), CONTEXT);
    expect(decision.action.kind).toBe("none");
    expect(decision.why).toContain("VClusterSnapshot team/s");
  });

  it("is changed while a snapshot waits for a store that does not run", () => {
    const waiting = { ...SNAPSHOT, isBegun: false };
    expect(decide(seen({ ...changed, storeWork: [waiting] }), CONTEXT).action.kind).toBe(
      "applyRelease",
    );
    const asleep = { instance: instance({ ...ETCD, ...SUSPENDED }), storeWork: [waiting] };
    expect(modeOf(seen({ ...asleep, ...ASLEEP }))).toBe("storeOnly");
  });

  it("is brought to the mode of its hold", () => {
    const alone = release({ mode: "storeOnly", valuesDigest: "alone" });
    const facts = { storeWork: [WRITES], desire: { kind: "release", release: alone } } as const;
    expect(decide(seen(facts), CONTEXT).action.kind).toBe("applyRelease");
  });

  it("is not drained", () => {
    const facts: Facts = {
      instance: instance({ suspend: { drain: true } }),
      storeWork: [WRITES],
      desire: { kind: "release", release: release({ mode: "suspended", valuesDigest: "alone" }) },
    };
    expect(decide(seen(facts), CONTEXT).action.kind).toBe("applyRelease");
  });

  it("is put back into the mode of its hold", () => {
    const facts: Facts = {
      instance: instance(ETCD),
      storeWork: [WRITES],
      ...ALONE,
      desire: { kind: "release", release: release({ mode: "storeOnly", etcdMembers: 3 }) },
      controlPlane: workload(),
      ...members(3),
    };
    const decision = decide(seen(facts), CONTEXT);
    expect(decision.action.kind).toBe("applyRelease");
    expect(decision.why).toContain("by hand");
  });

  it.each<[string, Facts, string, string]>([
    ["a restore plans", { storeWork: [RESTORE] }, "Restoring", "True Running"],
    ["a restore writes", { storeWork: [WRITES], ...ALONE }, "Restoring", "False Restoring"],
    ["a snapshot reads", { storeWork: [SNAPSHOT] }, "Snapshotting", "True Running"],
    [
      "a snapshot reads what is suspended",
      { instance: instance(SUSPENDED), storeWork: [SNAPSHOT], ...ASLEEP },
      "Snapshotting",
      "False Snapshotting",
    ],
    [
      "a suspension waits for a snapshot",
      { instance: instance(SUSPENDED), storeWork: [SNAPSHOT] },
      "Suspending",
      "False Suspending",
    ],
    [
      "a restore was cut off",
      { namespace: INCOMPLETE, ...ALONE },
      "Error",
      "False RestoreIncomplete",
    ],
    [
      "a restore that made it went without loading it",
      { instance: instance(ETCD, UNLOADED), ...ALONE },
      "Error",
      "False RestoreIncomplete",
    ],
  ])("says so when %s", (_name, facts, phase, ready) => {
    const { phase: shown, conditions = [] } = statusOf(
      { seen: seen(facts), failure: undefined, evictions: [] },
      NOW_MS,
    );
    const found = conditions.find(({ type }) => type === "Ready");
    expect({ shown, ready: `${found?.status ?? ""} ${found?.reason ?? ""}` }).toEqual({
      shown: phase,
      ready,
    });
  });

  it("names the object that it is held for", () => {
    expect(holdOf(seen({ storeWork: [WRITES] }))?.by).toBe("VClusterRestore team/again");
    expect(holdOf(seen({ namespace: INCOMPLETE }))?.by).toBe("VClusterRestore team/again");
  });
});
