import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  type Answers,
  BROKEN,
  COUNTED,
  CUT_OFF,
  conditionOf,
  DONE,
  instanceOf,
  type Plot,
  play,
  snapshotOf,
  WHOLE,
} from "./testing/toy-restore.ts";

const NEW: Plot = {
  spec: { target: { newInstance: { name: "copy" } } },
  instance: undefined,
  origin: {
    kind: "known",
    spec: {},
    labels: { team: "a" },
    certificates: { "ca.crt": "" },
    hasIdentity: false,
  },
};
/** Its volumes were lost, and it began anew with empty ones. */
const EMPTIED = { conditions: [conditionOf("True"), conditionOf("False", "StoreKept")] };
const LOST: Plot = { ...NEW, spec: { target: { newInstance: { name: "demo" } } } };

const WITHOUT_QUORUM: Plot = {
  spec: { preRestoreSnapshot: false, mode: "Replace" },
  lostQuorum: true,
};

function inPlace(plot: Plot): Plot {
  return { ...plot, spec: { ...plot.spec, mode: "InPlace" } };
}

describe("a restore over an instance", () => {
  it("keeps the state from before, stops, writes, proves and starts", () => {
    const { trace, status, marked, violations } = play();
    expect(trace).toEqual([
      "  addFinalizer",
      "Planning: Planning",
      "  startWork verify",
      "  snapshotBefore",
      "Snapshotting: Snapshotting",
      "Stopping: Stopping",
      "Restoring: Restoring",
      "  markStore",
      "  startWork restore",
      "  endWork verify-0",
      "  endWork restore-0",
      "  unmarkStore",
      "Starting: Restarting",
      "Completed: Restored",
    ]);
    expect(status).toMatchObject({ store: "Restored", plan: { puts: 3, deletes: 2 } });
    expect(status.instanceMode).toBeUndefined();
    expect({ marked, violations }).toEqual({ marked: undefined, violations: [] });
    expect(status.verificationTime).toBeDefined();
  });

  it("tries again what may pass, and puts back what was before when it does not", () => {
    const cutOff = play({ answers: { restore: [CUT_OFF, DONE] } });
    expect(cutOff.status.phase).toBe("Completed");
    const broken = play({ answers: { restore: [BROKEN] } });
    expect(broken.status).toMatchObject({
      phase: "RolledBack",
      store: "RolledBack",
      failure: { reason: "SnapshotDamaged" },
    });
    expect(broken.trace).toContain("  startWork rollback");
    expect(broken.marked).toBeUndefined();
  });

  it("keeps the instance stopped when neither comes through, and says what helps", () => {
    const stories = [
      play({ answers: { restore: [BROKEN], rollback: [BROKEN] } }),
      play({ answers: { restore: [BROKEN] }, spec: { preRestoreSnapshot: false } }),
    ];
    for (const { status, marked, violations } of stories) {
      const ready = status.conditions?.find(({ type }) => type === "Ready");
      expect(status).toMatchObject({ phase: "Failed", store: "Changing" });
      expect(ready).toMatchObject({ status: "False", reason: "RestoreIncomplete" });
      expect(ready?.message).toContain("create another VClusterRestore");
      expect({ marked, violations }).toEqual({ marked: "team/r", violations: [] });
    }
  });

  it.each<[string, Answers, string]>([
    ["holds the snapshot", {}, "The store holds what snapshot 20260101T000000Z-abcdef kept"],
    ["was put back", { restore: [BROKEN] }, "The state from before is back (A chunk is lost)"],
  ])("ends when the store %s and the instance does not start on it", (_what, answers, words) => {
    const { status, marked, violations } = play({ answers, neverServes: true });
    const ready = status.conditions?.find(({ type }) => type === "Ready");
    expect(ready).toMatchObject({
      status: "False",
      reason: "TimedOut",
      message: `${words}, but the instance did not become ready in time: Its words`,
    });
    expect({ phase: status.phase, marked, violations }).toEqual({
      phase: "Failed",
      marked: undefined,
      violations: [],
    });
  });

  it("gives a sqlite store back only when nobody else has it open", () => {
    const { trace, status, violations } = play({ isSqlite: true });
    expect(trace).toContain("  openStore");
    expect(trace.indexOf("  closeStore")).toBeLessThan(trace.indexOf("  unmarkStore"));
    expect({ phase: status.phase, violations }).toEqual({ phase: "Completed", violations: [] });
  });

  it("writes over what an earlier one left half done, without keeping that", () => {
    const { trace, status, marked } = play({ marked: "team/earlier" });
    expect(trace).not.toContain("  snapshotBefore");
    expect(status.phase).toBe("Completed");
    expect(marked).toBeUndefined();
  });

  it("gives an etcd that answers nobody empty volumes, where what they hold is given up", () => {
    const story = play(WITHOUT_QUORUM);
    const { trace, status, marked, violations } = story;
    expect(trace.slice(trace.indexOf("Stopping: Stopping"))).toEqual([
      "Stopping: Stopping",
      "Restoring: Restoring",
      "  markStore",
      "  deleteVolume",
      "  startWork restore anew",
      "  endWork verify-0",
      "  endWork restore-0",
      "  unmarkStore",
      "Starting: Restarting",
      "Completed: Restored",
    ]);
    expect(status.instanceMode).toBeUndefined();
    expect({ marked, violations }).toEqual({ marked: undefined, violations: [] });
  });

  it.each(["InPlace", "Auto"] as const)(
    "of mode %s leaves such an etcd alone, and says what helps",
    (mode) => {
      const spec = { ...WITHOUT_QUORUM.spec, mode };
      const { trace, status, marked } = play({ ...WITHOUT_QUORUM, spec });
      expect(trace).not.toContain("  deleteVolume");
      expect({ phase: status.phase, store: status.store, marked }).toEqual({
        phase: "Failed",
        store: "Untouched",
        marked: undefined,
      });
      const ready = status.conditions?.find(({ type }) => type === "Ready");
      expect(ready?.message).toContain("a restore with mode: Replace and preRestoreSnapshot");
    },
  );

  it("counts beside an etcd that was started for that alone", () => {
    const { status } = play({
      spec: { dryRun: true },
      answers: { plan: [COUNTED] },
      instance: instanceOf({ powerState: "Suspended", readyReplicas: 0 }),
      heldPower: "Running",
    });
    expect(status.phase).toBe("Completed");
  });

  it("goes back to a state from before that somebody wants to delete meanwhile", () => {
    const { status } = play({ answers: { restore: [BROKEN] }, deletesBefore: true });
    expect(status.phase).toBe("RolledBack");
  });

  it("takes no state from before upon a mark of its own name", () => {
    const { trace, status } = play({ marked: "team/r" });
    expect(trace).not.toContain("  snapshotBefore");
    expect(status.phase).toBe("Completed");
  });

  it("stops nobody for a dry run, however often the instance does not answer", () => {
    const instance = instanceOf({ readyReplicas: 0 });
    const { trace, status } = play({ instance, spec: { dryRun: true } });
    expect(trace).not.toContain("Stopping: Stopping");
    expect(status.instanceMode).toBeUndefined();
  });

  it("has all its attempts left when it begins to write, and all its time", () => {
    const answers = { verify: [CUT_OFF, CUT_OFF, WHOLE], restore: [CUT_OFF, CUT_OFF, DONE] };
    expect(play({ answers }).status.phase).toBe("Completed");
    const slow = play({ takesLong: true, spec: { preRestoreSnapshot: false } });
    expect(slow.status.phase).toBe("Completed");
  });

  it("writes no part over what an earlier one left half done", () => {
    // An earlier one of the same name may have left it.
    const marked = "team/r";
    const story = play({ marked, spec: { filters: { kinds: ["secrets"] } } });
    const ready = story.status.conditions?.find(({ type }) => type === "Ready");
    expect(ready?.reason).toBe("RestoreIncomplete");
    expect(story.marked).toBe(marked);
    expect(story.trace).toEqual(["  addFinalizer", "Failed: RestoreIncomplete"]);
  });

  it("takes its mark away when it is deleted after its store is whole", () => {
    const { trace, marked } = play({ deletedAt: "Restored" });
    expect(trace.slice(-3)).toEqual(["  endWork restore-0", "  unmarkStore", "  removeFinalizer"]);
    expect(marked).toBeUndefined();
    expect(play({ deletedAt: "Changing" }).marked).toBe("team/r");
  });

  it("leaves the mark of one that had its name and left half a state, when it is deleted itself", () => {
    const { trace, status, marked } = play({ marked: "team/r", deletedAt: "Untouched" });
    expect({ store: status.store, marked }).toEqual({ store: "Untouched", marked: "team/r" });
    expect(trace.at(-1)).toBe("  removeFinalizer");
  });

  it("ends a dry run with the counts and touches nothing", () => {
    const { trace, status } = play({ spec: { dryRun: true }, answers: { plan: [COUNTED] } });
    expect(status).toMatchObject({
      phase: "Completed",
      plan: { puts: 3, deletes: 2, unchanged: 10, kinds: [{ kind: "pods", puts: 3, deletes: 2 }] },
    });
    const touched = trace.filter((line) => /mark|before|restore|Stopping/.test(line));
    expect(touched).toEqual([]);
  });

  it("counts beside the store alone where the instance is suspended", () => {
    const { trace, status } = play({
      spec: { dryRun: true },
      answers: { plan: [COUNTED] },
      instance: instanceOf({ powerState: "Suspended", readyReplicas: 0 }),
    });
    expect(trace).toContain("Stopping: Stopping");
    expect(status.instanceMode).toBeUndefined();
    expect(status.phase).toBe("Completed");
  });
});

describe("a restore is refused", () => {
  it.each<[string, Plot]>([
    ["over an instance", {}],
    ["without a way back", { spec: { preRestoreSnapshot: false } }],
    ["into a new instance", NEW],
    ["over what an earlier one left half done", { marked: "team/earlier" }],
  ])("of a damaged snapshot, before anything changes: %s", (_what, plot) => {
    const { trace, status, marked } = play({ ...plot, answers: { verify: [CUT_OFF, BROKEN] } });
    expect(trace).toEqual([
      "  addFinalizer",
      "Planning: Planning",
      "  startWork verify",
      "  startWork verify",
      "Failed: SnapshotDamaged",
      "  endWork verify-0",
      "  endWork verify-1",
    ]);
    expect(status.store).toBe("Untouched");
    expect(marked).toBe(plot.marked);
  });

  it.each<[string, Plot, string]>([
    ["of a snapshot that is not there", { snapshot: undefined }, "SnapshotMissing"],
    [
      "of a snapshot that failed",
      { snapshot: snapshotOf({ phase: "Failed", conditions: [] }) },
      "SnapshotNotReady",
    ],
    [
      "of another namespace's snapshot",
      { spec: { snapshotRef: { name: "s", namespace: "other" } } },
      "NotGranted",
    ],
    [
      "of another namespace's snapshot that is granted to somebody else",
      {
        spec: { snapshotRef: { name: "s", namespace: "other" } },
        snapshot: snapshotOf({}, { grants: [{ namespace: "third" }] }),
      },
      "NotGranted",
    ],
    [
      "into a new instance that somebody else made meanwhile",
      { ...NEW, appears: { ...instanceOf(), metadata: { name: "copy", uid: "uid-other" } } },
      "TargetExists",
    ],
    [
      "over an instance of which no snapshot can be taken, when that took too long",
      { waitsBefore: true },
      "SnapshotNotReady",
    ],
    [
      "as a plan where the store does not answer, when that took too long",
      { instance: instanceOf({ readyReplicas: 0 }), spec: { dryRun: true } },
      "TimedOut",
    ],
    ["over what is not there", { instance: undefined }, "InstanceMissing"],
    [
      "into a new instance that is there",
      { spec: { target: { newInstance: { name: "demo" } } } },
      "TargetExists",
    ],
    ["over what a deletion retained", { ...LOST, isRetained: true }, "TargetExists"],
    [
      "to plan over what a deletion retained",
      { ...LOST, spec: { ...LOST.spec, dryRun: true }, isRetained: true },
      "TargetExists",
    ],
    [
      "into an older Kubernetes",
      { instance: instanceOf({ release: { name: "demo", kubernetesVersion: "v1.35.9" } }) },
      "VersionTooOld",
    ],
    ["where the state from before cannot be kept", { breaksBefore: true }, "SnapshotNotReady"],
  ])("%s", (_name, plot, reason) => {
    const { status, marked, hasBefore } = play(plot);
    const ready = status.conditions?.find(({ type }) => type === "Ready");
    expect({ phase: status.phase, reason: ready?.reason }).toEqual({ phase: "Failed", reason });
    expect(hasBefore).toBe(false);
    expect(status.instanceMode).toBeUndefined();
    expect(marked).toBeUndefined();
  });

  it("unless the snapshot is granted", () => {
    const { status } = play({
      spec: { snapshotRef: { name: "s", namespace: "other" } },
      snapshot: snapshotOf({}, { grants: [{ namespace: "team" }] }),
    });
    expect(status.phase).toBe("Completed");
  });
});

describe("a restore into an instance that has never run", () => {
  it("is planned without starting anything", () => {
    const { trace, status } = play({
      ...{ isCold: true, isSqlite: true, spec: { dryRun: true } },
      snapshot: snapshotOf({ keys: 12 }),
      instance: instanceOf({ powerState: "Suspended", readyReplicas: 0 }),
    });
    expect(trace).toEqual(["  addFinalizer", "Planning: Planning", "Completed: Planned"]);
    expect(status.plan).toEqual({ puts: 12, deletes: 0, unchanged: 0 });
  });

  it("has no state from before to keep", () => {
    const { trace, status } = play({
      ...{ isCold: true, instance: instanceOf({ powerState: "Suspended", readyReplicas: 0 }) },
    });
    expect(trace).not.toContain("  snapshotBefore");
    expect(status.phase).toBe("Completed");
  });
});

describe("a restore into a new instance", () => {
  it("makes it, held from the first, and writes in place", () => {
    const { trace, status, violations } = play(NEW);
    expect(trace).toEqual([
      "  addFinalizer",
      "Planning: Planning",
      "  startWork verify",
      "  createInstance",
      "Restoring: Restoring",
      "  markStore",
      "  startWork restore",
      "  endWork verify-0",
      "  endWork restore-0",
      "  unmarkStore",
      "Starting: Restarting",
      "Completed: Restored",
    ]);
    expect(status.instance).toEqual({ name: "copy", uid: "uid-new" });
    expect(violations).toEqual([]);
  });

  it("gives one that takes the place of a lost one its certificates first", () => {
    const { trace } = play(LOST);
    expect(trace.slice(0, 5)).toEqual([
      "  addFinalizer",
      "Planning: Planning",
      "  startWork verify",
      "  adoptIdentity",
      "  createInstance",
    ]);
  });

  it("does not make it without knowing how", () => {
    const { status } = play({
      ...NEW,
      origin: { kind: "unknown", reason: "WrongKey", message: "Another key", retry: false },
    });
    expect(status).toMatchObject({ phase: "Failed" });
    expect(status.conditions?.[0]?.reason).toBe("WrongKey");
  });
});

describe("the store", () => {
  it.each<[string, Plot, boolean]>([
    ["is written by its differences", {}, false],
    ["is loaded anew when that is asked for", { spec: { mode: "Replace" } }, true],
    ["of a new instance with a name of its own is written by its differences", NEW, false],
    ["of one that takes the place of a lost one is loaded anew", LOST, true],
    ["that one of the same name left half written is loaded anew", { marked: "team/r" }, true],
    ["that was lost is loaded anew", { instance: instanceOf(EMPTIED) }, true],
    [
      "that was lost takes a part by its differences",
      { instance: instanceOf(EMPTIED), spec: { filters: { kinds: ["secrets"] } } },
      false,
    ],
    ["of such a one is written by its differences when that is asked for", inPlace(LOST), false],
  ])("%s", (_what, plot, isAnew) => {
    const { trace } = play(plot);
    expect(trace).toContain(isAnew ? "  startWork restore anew" : "  startWork restore");
  });

  it("is put back as it needs where all of it was given up: it may be an empty one by now", () => {
    const answers = { restore: [BROKEN] };
    const { trace } = play({ answers, spec: { mode: "Replace" } });
    expect(trace).toContain("  startWork rollback as it needs");
  });
});

describe("wherever the operator dies", () => {
  const ANSWERS: readonly Answers[] = [
    {},
    { restore: [CUT_OFF, DONE] },
    { restore: [BROKEN] },
    { restore: [BROKEN], rollback: [CUT_OFF, DONE] },
    { restore: [CUT_OFF, CUT_OFF, CUT_OFF], rollback: [BROKEN] },
  ];

  it("a restore ends as it would have, and no half state is served", () => {
    const deaths = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 8 });
    const plots = fc.constantFrom<Plot>(
      {},
      { isSqlite: true },
      NEW,
      LOST,
      { spec: { preRestoreSnapshot: false, mode: "Replace" } },
      WITHOUT_QUORUM,
      { marked: "team/earlier", isSqlite: true, spec: { mode: "Replace" } },
    );
    fc.assert(
      fc.property(deaths, plots, fc.constantFrom(...ANSWERS), (counts, plot, answers) => {
        const calm = play({ ...plot, answers });
        const killed = play({ ...plot, answers, diesAfter: (count) => counts.includes(count) });
        expect(killed.violations).toEqual([]);
        expect(killed.marked === undefined).toBe(killed.status.store !== "Changing");
        expect(killed.status.completionTime).toBeDefined();
        // A worker that is asked once more may succeed where the calm story gave up.
        if (calm.status.phase === "Completed") expect(killed.status.phase).toBe("Completed");
      }),
      { numRuns: 300 },
    );
  });
});
