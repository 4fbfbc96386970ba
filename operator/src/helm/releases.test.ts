import { describe, expect, it } from "@jest/globals";
import { type ReleaseRevision, releaseState, revisionOf } from "./releases.ts";

const OWNER = { instanceNamespace: "team", instanceName: "one", operatorId: "main" };

const LABELS = {
  owner: "helm",
  name: "one",
  version: "3",
  status: "deployed",
  modifiedAt: "5",
  "openvcluster.io/instance-namespace": "team",
  "openvcluster.io/instance-name": "one",
  "openvcluster.io/operator-id": "main",
  "openvcluster.io/values-digest": "abc",
  "openvcluster.io/etcd-members": "3",
  "openvcluster.io/healthy": "true",
};

function metadata(labels: Readonly<Record<string, string>> = LABELS) {
  return {
    name: "sh.helm.release.v1.one.v3",
    uid: "u",
    resourceVersion: "7",
    creationTimestamp: "2026-01-01T00:00:00Z",
    managedFields: [{ manager: "helm", time: "2026-01-01T00:00:09Z" }],
    labels,
  };
}

function revision(over: Partial<ReleaseRevision> = {}): ReleaseRevision {
  return { ...revisionOf(metadata(), OWNER)!, modifiedAtMs: 1000, ...over };
}

describe("revisionOf", () => {
  it("reads what the labels say, and the time that the API server wrote down", () => {
    expect(revisionOf(metadata(), OWNER)).toMatchObject({
      revision: 3,
      status: "deployed",
      modifiedAtMs: Date.UTC(2026, 0, 1, 0, 0, 9),
      valuesDigest: "abc",
      etcdMembers: 3,
      healthy: true,
      ours: true,
    });
  });

  it.each(["instance-namespace", "instance-name", "operator-id"])(
    "is not ours when %s differs",
    (key) => {
      const labels = { ...LABELS, [`openvcluster.io/${key}`]: "other" };
      expect(revisionOf(metadata(labels), OWNER)?.ours).toBe(false);
    },
  );

  it("passes over Secrets that are no revision", () => {
    expect(revisionOf(metadata({ ...LABELS, owner: "me" }), OWNER)).toBeUndefined();
    expect(revisionOf(metadata({ ...LABELS, version: "x" }), OWNER)).toBeUndefined();
  });
});

describe("releaseState", () => {
  const kindOf = (revisions: readonly ReleaseRevision[], nowMs = 2000): string =>
    releaseState(revisions, nowMs, 5000).kind;

  it("is absent without revisions", () => {
    expect(kindOf([])).toBe("absent");
  });

  it("is foreign when the newest revision is not ours", () => {
    expect(kindOf([revision(), revision({ revision: 4, ours: false })])).toBe("foreign");
  });

  it.each(["pending-install", "pending-upgrade", "pending-rollback", "uninstalling"] as const)(
    "believes that a young %s lives, and tells how long",
    (status) => {
      const state = releaseState([revision({ status })], 2000, 5000);
      expect(state).toMatchObject({ kind: "pendingAlive", remainingMs: 4000 });
      expect(kindOf([revision({ status })], 6000)).toBe("pendingDead");
    },
  );

  it("judges by the newest revision, in any order", () => {
    const old = revision({ revision: 3, status: "superseded" });
    const current = revision({ revision: 10 });
    expect(releaseState([current, old], 0, 1)).toEqual({ kind: "deployed", current });
  });

  it("names the deployed revision behind a failed one", () => {
    const deployed = revision({ revision: 3 });
    const current = revision({ revision: 4, status: "failed" });
    expect(releaseState([deployed, current], 0, 1)).toEqual({ kind: "failed", current, deployed });
    expect(releaseState([current], 0, 1)).toEqual({ kind: "failed", current });
  });
});
