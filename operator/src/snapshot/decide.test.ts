import { describe, expect, it } from "@jest/globals";
import type { VClusterSnapshot } from "@open-vcluster/crds";
import { decide } from "./decide.ts";
import type { SnapshotSeen } from "./seen.ts";
import { statusOf } from "./status.ts";
import {
  CONTEXT,
  jobOf,
  NOW_MS,
  RESULT,
  seenWith,
  snapshotWith,
  stalledFor,
} from "./testing/build-snapshot.ts";

const ARCHIVE = { locationRef: { name: "old" }, key: "path/shop.tar.gz" } as const;
const FOUND = { snapshotID: "20260228T235900Z-abc123" };
const DONE = { completionTime: "2026-02-28T23:59:30Z", phase: "Ready" } as const;
const READ = { ...DONE, verifiedLevel: "Content" } as const;

describe("a new snapshot", () => {
  it("gets its finalizer before anything else", () => {
    const seen = seenWith({ snapshot: snapshotWith({}, {}, { finalizers: [] }) });
    expect(decide(seen, CONTEXT)).toEqual({ action: { kind: "addFinalizer" } });
  });

  it("is begun when its instance, its location and its store are there, and has its id from then on", () => {
    const { action, report } = decide(seenWith(), CONTEXT);
    expect(action).toEqual({ kind: "startMaking" });
    expect(report?.fields).toMatchObject({
      snapshotID: expect.stringMatching(/^20260228T235900Z-[a-z0-9]{6}$/) as unknown as string,
      instanceUID: "instance-1",
      location: { namespace: "team", name: "bucket" },
      startTime: "2026-03-01T00:00:00Z",
    });
  });

  it("tells what runs while it is taken", () => {
    const { instance } = seenWith();
    if (instance === undefined) throw new Error("There is no instance");
    const release = { name: "shop", chartVersion: "0.36.1", kubernetesVersion: "v1.36.0" };
    const { report } = decide(
      seenWith({ instance: { ...instance, status: { release } } }),
      CONTEXT,
    );
    expect(report?.fields?.versions).toEqual({
      chart: "0.36.1",
      kubernetes: "v1.36.0",
      store: "etcd",
    });
  });

  it("is not taken of another instance that took the name since it was begun", () => {
    const { action, report } = decide(
      seenWith({ snapshot: snapshotWith({}, { instanceUID: "instance-0", attempts: 1 }) }),
      CONTEXT,
    );
    expect(action).toEqual({ kind: "none" });
    expect(report).toMatchObject({ reason: "InstanceMissing", isFinal: true });
  });

  describe("that names one which is there already", () => {
    const asked = snapshotWith(FOUND);
    const told = (reason: "SnapshotMissing" | "Found"): VClusterSnapshot => {
      const report = { phase: "Pending", ready: "False", reason, message: "" } as const;
      return { ...asked, status: statusOf(asked, report, NOW_MS) };
    };

    it("is looked for, and leaves what was found to whoever searched", () => {
      expect(decide(seenWith({ snapshot: asked }), CONTEXT).report?.reason).toBe("Found");
      expect(decide(seenWith({ snapshot: told("Found") }), CONTEXT).report?.reason).toBe("Found");
      const missed = decide(seenWith({ snapshot: told("SnapshotMissing") }), CONTEXT);
      expect(missed).toMatchObject({ action: { kind: "none" } });
      expect(missed.report).toBeUndefined();
    });

    it("says why it is not looked for", () => {
      const refused = { kind: "refused", reason: "KeyMissing", message: "No key" } as const;
      const waits = decide(seenWith({ snapshot: asked, place: refused }), CONTEXT).report;
      expect(waits).toMatchObject({ phase: "Pending", reason: "KeyMissing", message: "No key" });
      const { place } = seenWith();
      if (place?.kind !== "place") throw new Error("There is no place");
      const volume = { ...place, claimName: "snapshots" };
      const fails = decide(seenWith({ snapshot: asked, place: volume }), CONTEXT).report;
      expect(fails).toMatchObject({ reason: "VolumeElsewhere", isFinal: true });
    });
  });

  it("waits a moment for an instance that is applied together with it", () => {
    const early = { ...CONTEXT, nowMs: Date.parse("2026-02-28T23:59:30Z") };
    const [soon, late] = [early, { ...early, nowMs: early.nowMs + 60_000 }].map((context) =>
      decide(seenWith({ instance: undefined, store: undefined }), context),
    );
    expect(soon?.report).toMatchObject({ phase: "Pending", reason: "InstanceMissing" });
    expect(late?.report).toMatchObject({ reason: "InstanceMissing", isFinal: true });
  });

  it("has the same id at every try", () => {
    const ids = [1, 2].map(() => decide(seenWith(), CONTEXT).report?.fields?.snapshotID);
    expect(new Set(ids).size).toBe(1);
  });

  it.each([
    [
      "another one of the instance that is older",
      { busy: "VClusterSnapshot older of the same instance is not complete yet" },
      "InstanceBusy",
    ],
    [
      "a location that lacks something",
      { place: { kind: "refused", reason: "CredentialsMissing", message: "Secret x" } },
      "CredentialsMissing",
    ],
    [
      "a store that starts",
      { store: { kind: "waiting", why: "Etcd is not ready", isOpened: false } },
      "InstanceNotReady",
    ],
  ] as const)("waits for %s and says so", (_what, change, reason) => {
    const { action, report, requeueAfterMs } = decide(seenWith(change), CONTEXT);
    expect(action.kind).toBe("none");
    expect(report).toMatchObject({ phase: "Pending", ready: "Unknown", reason });
    expect(requeueAfterMs).toBeGreaterThan(0);
  });

  it("reads an archive without the store of its instance", () => {
    const snapshot = snapshotWith({ archive: ARCHIVE });
    const archivePlace = seenWith().place;
    const seen = seenWith({ snapshot, archivePlace, store: undefined });
    const { action, report } = decide(seen, CONTEXT);
    expect(action).toEqual({ kind: "startMaking" });
    expect(report?.message).toBe("Archive path/shop.tar.gz is being read");
    const refused = { kind: "refused", reason: "CredentialsMissing", message: "Gone" } as const;
    const waits = decide({ ...seen, archivePlace: refused }, CONTEXT);
    expect(waits.report).toMatchObject({ phase: "Pending", reason: "CredentialsMissing" });
  });

  it.each([
    [
      "the archive is on a volume",
      {
        snapshot: snapshotWith({ archive: ARCHIVE }),
        archivePlace: { ...seenWith().place, claimName: "claim" },
      },
      "VolumeElsewhere",
    ],
    ["there is no instance", { instance: undefined }, "InstanceMissing"],
    [
      "the location is read only",
      { place: { ...seenWith().place, isReadOnly: true } },
      "LocationReadOnly",
    ],
    [
      "nobody can reach the store",
      { store: { kind: "unsupported", why: "External" } },
      "StoreUnsupported",
    ],
  ])("fails for good when %s", (_what, change, reason) => {
    const { report } = decide(seenWith(change as object), CONTEXT);
    expect(report).toMatchObject({ phase: "Failed", ready: "False", reason, isFinal: true });
  });
});

describe("a snapshot under way", () => {
  it("shows what its worker tells", () => {
    const progress = {
      type: "progress",
      stage: "Verifying",
      keys: 7,
      bytes: 70,
      total: 9,
    } as const;
    const making = { kind: "running", progress, trouble: undefined } as const;
    const { report } = decide(seenWith({ making }), CONTEXT);
    expect(report).toMatchObject({
      phase: "Verifying",
      fields: { progress: { stage: "Verifying", keys: 7, bytes: 70, totalKeys: 9 } },
    });
  });

  it("says why its worker does not start", () => {
    const making = { kind: "running", progress: undefined, trouble: "Its pod waits" } as const;
    expect(decide(seenWith({ making }), CONTEXT).report?.message).toBe("Its pod waits");
  });

  it("is complete with the result of its worker, whatever became of its instance", () => {
    const making = { kind: "ended", result: RESULT } as const;
    const { report } = decide(seenWith({ making, instance: undefined }), CONTEXT);
    expect(report).toMatchObject({ phase: "Ready", ready: "True", reason: "Verified" });
    expect(report?.fields).toMatchObject({
      type: "Full",
      revision: "4711",
      verifiedLevel: "Content",
      completionTime: "2026-02-28T23:59:30Z",
      contents: [{ kind: "pods", objects: 12 }],
    });
  });

  it("is tried again after what may pass, and fails after the last try", () => {
    const result = {
      ok: false,
      reason: "BucketUnreachable",
      message: "Gone",
      retry: true,
    } as const;
    const making = { kind: "ended", result } as const;
    const first = decide(seenWith({ making }), CONTEXT);
    expect(first.report).toMatchObject({ reason: "BucketUnreachable", fields: { attempts: 1 } });
    const last = decide(seenWith({ making, snapshot: snapshotWith({}, { attempts: 4 }) }), CONTEXT);
    expect(last.report).toMatchObject({ phase: "Failed", isFinal: true });
  });

  it.each(["ready", "waiting"] as const)("closes its way to a %s store first", (kind) => {
    const endpoint = { url: "", serverName: "", tls: { ca: "", cert: "", key: "" } };
    const store = { kind, isOpened: true, endpoint, why: "" } as const;
    const making = { kind: "ended", result: RESULT } as const;
    const decision = decide(seenWith({ making, store }), CONTEXT);
    expect(decision.action.kind).toBe("closeStore");
    // It is still told to be at work.
    expect(decision.report).toBeUndefined();
  });

  it("fails at once of what will not pass", () => {
    const result = { ok: false, reason: "WrongKey", message: "Wrong key", retry: false } as const;
    const { report } = decide(seenWith({ making: { kind: "ended", result } }), CONTEXT);
    expect(report).toMatchObject({ reason: "WrongKey", isFinal: true });
  });
});

describe("a complete snapshot", () => {
  it("ends its work, then rests", () => {
    const snapshot = snapshotWith({}, READ);
    const job = jobOf("vcw-1-make-0");
    expect(decide(seenWith({ snapshot, jobs: [job] }), CONTEXT).action).toEqual({
      kind: "endWork",
      job,
    });
    expect(decide(seenWith({ snapshot }), CONTEXT).action.kind).toBe("none");
  });

  it.each<[string, Partial<VClusterSnapshot["spec"]>, VClusterSnapshot["status"], object]>([
    ["what was read back", {}, { verifiedLevel: "Content" }, { ready: "True", reason: "Verified" }],
    ["what was found", FOUND, {}, { ready: "True", reason: "Found" }],
    [
      "what failed since, until it is read back well",
      {},
      { verifiedLevel: "Content", conditions: [stalledFor("SnapshotMissing")] },
      { phase: "Failed", ready: "False", reason: "SnapshotMissing", isFinal: true },
    ],
  ])("says the same of %s at every look", (_what, spec, status, told) => {
    const snapshot = snapshotWith(spec, { ...DONE, ...status });
    expect(decide(seenWith({ snapshot }), CONTEXT)).toMatchObject({
      action: { kind: "none" },
      report: told,
    });
  });

  it("leaves the expiry of what was found to whoever made it", () => {
    const status = { ...DONE, expirationTime: "2026-02-28T23:59:59Z" };
    const { action, report } = decide(seenWith({ snapshot: snapshotWith(FOUND, status) }), CONTEXT);
    expect(action.kind).toBe("none");
    expect(report?.fields).not.toHaveProperty("expirationTime");
  });

  it("ends what was found where that is asked for", () => {
    const spec = { ...FOUND, expiresAfter: "30s" };
    const { action } = decide(seenWith({ snapshot: snapshotWith(spec, DONE) }), CONTEXT);
    expect(action).toEqual({ kind: "expire" });
  });

  it("expires when its time is over, unless it is held", () => {
    const spec = { expiresAfter: "30s" };
    const status = { ...READ, expirationTime: "2026-03-01T00:00:00Z" };
    const due = (held: boolean): string =>
      decide(seenWith({ snapshot: snapshotWith({ ...spec, hold: held }, status) }), CONTEXT).action
        .kind;
    expect([due(false), due(true)]).toEqual(["expire", "none"]);
    const held = snapshotWith({ ...spec, hold: true }, status);
    expect(decide(seenWith({ snapshot: held }), CONTEXT).requeueAfterMs).toBeUndefined();
  });

  it("is looked at again when it expires", () => {
    const snapshot = snapshotWith({ expiresAfter: "90s" }, DONE);
    expect(decide(seenWith({ snapshot }), CONTEXT)).toMatchObject({
      report: { fields: { expirationTime: "2026-03-01T00:01:00Z" } },
      requeueAfterMs: 60_000,
    });
  });
});

describe("a snapshot that is deleted", () => {
  const metadata = { deletionTimestamp: "2026-02-28T23:59:50Z" };
  const status = { ...DONE, snapshotID: "20260228T235900Z-abc123", instanceUID: "instance-1" };
  const removed = (
    change: object = {},
    spec: Parameters<typeof snapshotWith>[0] = {},
  ): ReturnType<typeof decide> =>
    decide(seenWith({ snapshot: snapshotWith(spec, status, metadata), ...change }), CONTEXT);

  it("ends the work that makes it first", () => {
    const job = jobOf("vcw-1-make-0");
    expect(removed({ jobs: [job] }).action).toEqual({ kind: "endWork", job });
  });

  it("has its data removed, and goes when that is done", () => {
    expect(removed().action.kind).toBe("startRemoving");
    const result = { ok: true, operation: "delete", snapId: "20260228T235900Z-abc123" } as const;
    const job = jobOf("vcw-1-delete-0", { state: "complete", endedMs: NOW_MS });
    const ended = { removing: { kind: "ended", result }, jobs: [job] } as const;
    const { action, report } = removed(ended);
    expect(action.kind).toBe("none");
    expect(report?.fields).toEqual({ dataRemovalTime: "2026-03-01T00:00:00Z" });
    const told = snapshotWith({}, { ...status, dataRemovalTime: "2026-03-01T00:00:00Z" }, metadata);
    const kindOf = (change: Partial<SnapshotSeen>): string =>
      decide(seenWith({ snapshot: told, ...change }), CONTEXT).action.kind;
    expect(kindOf(ended)).toBe("endWork");
    const leaving = [{ ...job, terminating: true }];
    expect(kindOf({ removing: { kind: "leaving" }, jobs: leaving })).toBe("removeFinalizer");
    expect(kindOf({})).toBe("removeFinalizer");
  });

  it.each([{ deletionPolicy: "Retain" }, { hold: true }] as const)(
    "keeps its data with %j",
    (spec) => {
      expect(removed({}, spec).action.kind).toBe("removeFinalizer");
    },
  );

  it.each([
    { place: { kind: "refused", reason: "LocationMissing", message: "Gone" } },
    { place: { ...seenWith().place, isReadOnly: true } },
    {
      place: { kind: "refused", reason: "CredentialsMissing", message: "Gone" },
      isNamespaceGoing: true,
    },
  ] as const)("goes without its data where nobody can remove that: %j", (change) => {
    expect(removed(change as Partial<SnapshotSeen>).action.kind).toBe("removeFinalizer");
  });

  it("waits for what opens its location, and says so", () => {
    const place = { kind: "refused", reason: "CredentialsMissing", message: "No Secret" } as const;
    const { action, report } = removed({ place });
    expect(action.kind).toBe("none");
    expect(report).toMatchObject({ phase: "Deleting", reason: "CredentialsMissing" });
    expect(report?.message).toContain("No Secret");
    expect(report?.message).toContain("Retain");
  });

  it("waits for a bucket that is away, however long", () => {
    const message = "It does not answer.";
    const failure = { ok: false, reason: "BucketUnreachable", message, retry: true } as const;
    const removing = { kind: "ended", result: failure } as const;
    const late = { ...CONTEXT, nowMs: NOW_MS + 3_600_000 };
    const ended = { ...status, ...DONE };
    const seen = seenWith({ snapshot: snapshotWith({}, ended, metadata), removing });
    const { action, report } = decide(seen, late);
    expect(action.kind).toBe("none");
    expect(report).toMatchObject({ phase: "Deleting", reason: "BucketUnreachable" });
    const begun = { snapshotID: "20260228T235900Z-abc123" };
    const unfinished = seenWith({ snapshot: snapshotWith({}, begun, metadata), removing });
    expect(decide(unfinished, late).action.kind).toBe("removeFinalizer");
  });

  it("asks seldom while others are seen to build on it", () => {
    const failure = {
      ok: false,
      reason: "Needed",
      message: "x lies upon it",
      retry: false,
    } as const;
    const removing = { kind: "ended", result: failure } as const;
    const jobs = [jobOf("vcw-1-delete-0", { state: "failed", endedMs: NOW_MS - 60_000 })];
    const snapshot = snapshotWith({}, status, metadata);
    const kindOf = (change: Partial<SnapshotSeen>, nowMs = NOW_MS): string =>
      decide(seenWith({ snapshot, removing, jobs, ...change }), { ...CONTEXT, nowMs }).action.kind;
    expect(kindOf({ hasDependents: true })).toBe("none");
    expect(kindOf({ hasDependents: true }, NOW_MS + 900_000)).toBe("endWork");
    expect(kindOf({ hasDependents: false })).toBe("endWork");
  });

  it("waits for the restore that needs it, and does not hold up its namespace for that", () => {
    const reader = "VClusterRestore team/back";
    const waiting = removed({ reader });
    expect(waiting.action.kind).toBe("none");
    expect(waiting.report).toMatchObject({ reason: "SnapshotNeeded" });
    expect(waiting.report?.message).toContain(reader);
    expect(removed({ reader, isNamespaceGoing: true }).action.kind).toBe("startRemoving");
  });

  it("waits for those that build on it, and does not hold up its namespace for ever", () => {
    const result = {
      ok: false,
      reason: "Needed",
      message: "x lies upon it",
      retry: false,
    } as const;
    const removing = { kind: "ended", result } as const;
    expect(removed({ removing }).report).toMatchObject({
      phase: "Deleting",
      reason: "SnapshotNeeded",
    });
    const late = { ...CONTEXT, nowMs: NOW_MS + 3_600_000 };
    const going = seenWith({
      snapshot: snapshotWith({}, status, metadata),
      removing,
      isNamespaceGoing: true,
    });
    expect(decide(going, late).action.kind).toBe("removeFinalizer");
  });
});

describe("the status", () => {
  it("keeps what a report does not tell and drops what it takes back", () => {
    const before = snapshotWith({}, { keys: 3, progress: { stage: "Reading" } });
    const report = {
      phase: "Failed",
      ready: "False",
      reason: "WrongKey",
      message: "Wrong",
      isFinal: true,
      fields: { progress: undefined },
    } as const;
    const status = statusOf(before, report, NOW_MS);
    expect(status).toMatchObject({ keys: 3, phase: "Failed", observedGeneration: 1 });
    expect(status.progress).toBeUndefined();
    expect(status.conditions?.map(({ type, status: held }) => `${type}=${held}`)).toEqual([
      "Ready=False",
      "Stalled=True",
    ]);
  });
});
