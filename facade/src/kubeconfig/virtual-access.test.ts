import { describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import type { KubeClient } from "@open-vcluster/runtime";
import { createOpenVirtual } from "./virtual-access.ts";

describe("the way into a virtual cluster", () => {
  it("is refused at once while it is suspended, with the way out", async () => {
    const host = { get: () => Promise.reject(new Error("asked")) } as unknown as KubeClient;
    const suspended = {
      metadata: { namespace: "team", name: "web", generation: 2 },
      spec: { powerState: "Suspended" },
      status: { phase: "Suspended", observedGeneration: 2 },
    } as VClusterInstance;
    await expect(createOpenVirtual(host, false)(suspended)).rejects.toMatchObject({
      kind: "precondition",
      reason: "Suspended",
      message: expect.stringContaining("resume it with ResumeVCluster first"),
      facts: { vcluster: "team/web", current_state: "SUSPENDED" },
    });
  });
});
