import { describe, expect, it } from "@jest/globals";
import { API_VERSION, type SnapshotReason, type VClusterRestore } from "@open-vcluster/crds";
import { firstRestore } from "./turn.ts";

const restore = (
  name: string,
  minute: number,
  status: VClusterRestore["status"] = {},
): VClusterRestore => ({
  apiVersion: API_VERSION,
  kind: "VClusterRestore",
  metadata: {
    namespace: "team",
    name,
    uid: `uid-${name}`,
    creationTimestamp: `2026-01-01T00:0${String(minute)}:00Z`,
  },
  spec: { snapshotRef: { name: "s" }, target: { instanceRef: { name: "demo" } } },
  status,
});
const waitingFor = (reason: SnapshotReason): VClusterRestore["status"] => ({
  phase: "Pending",
  conditions: [
    {
      ...{ type: "Ready", status: "Unknown", reason, message: "" },
      lastTransitionTime: "2026-01-01T00:00:00Z",
    },
  ],
});

describe("a restore waits for another one of its instance", () => {
  const own = restore("own", 1);

  it.each<[string, VClusterRestore, boolean]>([
    ["that was asked for earlier", restore("other", 0), true],
    ["not for one that was asked for later", restore("other", 2), false],
    [
      "that has begun, whenever it was asked for",
      restore("other", 2, { startTime: "2026-01-01T00:02:00Z" }),
      true,
    ],
    ["that waits for its turn", restore("other", 0, waitingFor("InstanceBusy")), true],
    [
      "not for one whose location is missing",
      restore("other", 0, waitingFor("LocationMissing")),
      false,
    ],
    [
      "not for one that has ended",
      restore("other", 0, { completionTime: "2026-01-01T00:01:00Z" }),
      false,
    ],
    ["not for itself", own, false],
  ])("%s", (_name, other, waits) => {
    expect(firstRestore(own, [other])?.metadata.name).toBe(waits ? "other" : undefined);
  });
});
