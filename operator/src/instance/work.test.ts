import { describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import { newTrouble, workDone, workUnderWay } from "./work.ts";

const CREATED = "2026-01-01T00:00:00Z";
const BEGUN = "2026-01-01T01:00:00Z";

type Status = NonNullable<VClusterInstance["status"]>;

/** A status with conditions such as `Ready=False Upgrading`, all since {@link BEGUN}. */
function statusWith(...texts: readonly string[]): Status {
  return {
    conditions: texts.map((text) => {
      const [, type = "", status = "", reason = ""] = /^(.+)=(.+) (.+)$/.exec(text) ?? [];
      return {
        type,
        status: status as "True" | "False" | "Unknown",
        reason,
        message: "Why",
        lastTransitionTime: BEGUN,
      };
    }),
  };
}

function instanceWith(status: Status, metadata: object = {}): VClusterInstance {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterInstance",
    metadata: { name: "demo", namespace: "team", creationTimestamp: CREATED, ...metadata },
    spec: {},
    status,
  };
}

describe("the work on an instance", () => {
  it.each([
    ["Installing", "create", CREATED],
    ["Upgrading", "upgrade", BEGUN],
    ["Scaling", "scale", BEGUN],
    ["DrainBlocked", "suspend", BEGUN],
    ["WaitingForWorkloads", "resume", BEGUN],
  ])("%s is %s", (reason, work, since) => {
    const instance = instanceWith(statusWith(`Reconciling=True ${reason}`));
    expect(workUnderWay(instance)).toEqual({ work, sinceMs: Date.parse(since) });
  });

  it("is a creation from when its release was lost, if there was one before", () => {
    const again = { ...statusWith("Reconciling=True Installing"), observedGeneration: 1 };
    expect(workUnderWay(instanceWith(again))).toEqual({
      work: "create",
      sinceMs: Date.parse(BEGUN),
    });
  });

  it("is its deletion from when that was asked for, whatever else is under way", () => {
    const instance = instanceWith(statusWith("Reconciling=True Upgrading"), {
      deletionTimestamp: "2026-01-01T02:00:00Z",
    });
    expect(workUnderWay(instance)).toEqual({
      work: "delete",
      sinceMs: Date.parse("2026-01-01T02:00:00Z"),
    });
  });

  it("is none while a control plane that ran recovers", () => {
    expect(workUnderWay(instanceWith(statusWith("Reconciling=True CrashLooping")))).toBeUndefined();
    expect(workUnderWay(instanceWith(statusWith("Ready=True Running")))).toBeUndefined();
  });

  it("is done once: when the instance becomes ready", () => {
    const upgrading = statusWith("Ready=False Upgrading", "Reconciling=True Upgrading");
    const ready = statusWith("Ready=True Running");
    expect(workDone(instanceWith(upgrading), ready)?.work).toBe("upgrade");
    expect(workDone(instanceWith(upgrading), upgrading)).toBeUndefined();
    expect(workDone(instanceWith(ready), ready)).toBeUndefined();
  });

  it("meets trouble once: when Ready takes another reason to look into", () => {
    const upgrading = statusWith("Ready=False Upgrading");
    const crashing = statusWith("Ready=False CrashLooping");
    expect(newTrouble(instanceWith(upgrading), crashing)).toBe("CrashLooping");
    expect(newTrouble(instanceWith(crashing), crashing)).toBeUndefined();
    expect(newTrouble(instanceWith(crashing), upgrading)).toBeUndefined();
  });
});
