import { describe, expect, it } from "@jest/globals";
import { addWorkloads, type VirtualWorkload, type WorkloadReadiness } from "./workloads.ts";

const NONE: WorkloadReadiness = { total: 0, notReady: 0, examples: [], isPartial: false };

function workload(name: string, more: Partial<VirtualWorkload>): VirtualWorkload {
  return { metadata: { namespace: "default", name, generation: 2 }, ...more };
}

describe("addWorkloads", () => {
  it.each<[string, VirtualWorkload, boolean]>([
    [
      "all replicas",
      workload("a", { spec: { replicas: 2 }, status: { observedGeneration: 2, readyReplicas: 2 } }),
      true,
    ],
    [
      "some replicas",
      workload("a", { spec: { replicas: 2 }, status: { observedGeneration: 2, readyReplicas: 1 } }),
      false,
    ],
    ["no status yet", workload("a", { spec: { replicas: 1 } }), false],
    [
      "zero replicas wanted",
      workload("a", { spec: { replicas: 0 }, status: { observedGeneration: 2 } }),
      true,
    ],
    [
      "an older generation",
      workload("a", { spec: { replicas: 1 }, status: { observedGeneration: 1, readyReplicas: 1 } }),
      false,
    ],
    [
      "a full DaemonSet",
      workload("a", {
        status: { observedGeneration: 2, desiredNumberScheduled: 3, numberReady: 3 },
      }),
      true,
    ],
    [
      "a DaemonSet behind",
      workload("a", {
        status: { observedGeneration: 2, desiredNumberScheduled: 3, numberReady: 2 },
      }),
      false,
    ],
  ])("judges %s", (_, item, ready) => {
    expect(addWorkloads(NONE, "Deployment", [item])).toMatchObject({
      total: 1,
      notReady: ready ? 0 : 1,
    });
  });

  it("names the first three that are behind", () => {
    const behind = ["a", "b", "c", "d"].map((name) => workload(name, { spec: { replicas: 3 } }));
    expect(addWorkloads(NONE, "StatefulSet", behind)).toEqual({
      total: 4,
      notReady: 4,
      isPartial: false,
      examples: [
        "StatefulSet default/a (0 of 3 ready)",
        "StatefulSet default/b (0 of 3 ready)",
        "StatefulSet default/c (0 of 3 ready)",
      ],
    });
  });
});
