import { describe, expect, it } from "@jest/globals";
import { type ControlPlanePod, type ControlPlaneSet, storeHostOf } from "./store-host.ts";

const base = { apiVersion: "v1", kind: "Any" };
const set = (replicas: number, volume = "data"): ControlPlaneSet => ({
  ...base,
  metadata: { namespace: "target", name: "dev" },
  spec: {
    replicas,
    template: {
      spec: {
        tolerations: [{ key: "virtual" }],
        securityContext: { fsGroup: 7 },
        containers: [{ name: "syncer", securityContext: { runAsUser: 0, runAsGroup: 0 } }],
      },
    },
    selector: { matchLabels: { app: "vcluster" } },
    volumeClaimTemplates: [
      { metadata: { name: volume }, spec: { accessModes: ["ReadWriteOnce"] } },
    ],
  },
});
const pod = (status: string): ControlPlanePod => ({
  ...base,
  metadata: { name: "dev-0" },
  spec: { nodeName: "node-1" },
  status: { conditions: [{ type: "Ready", status }] },
});

describe("storeHostOf", () => {
  it("goes where the control plane runs, as its user", () => {
    expect(storeHostOf(set(1), pod("True"), true)).toEqual({
      mode: "socket",
      claim: {
        ...{ apiVersion: "v1", kind: "PersistentVolumeClaim" },
        metadata: { namespace: "target", name: "data-dev-0", labels: { app: "vcluster" } },
        spec: { accessModes: ["ReadWriteOnce"] },
      },
      nodeName: "node-1",
      placement: { tolerations: [{ key: "virtual" }] },
      user: { runAsUser: 0, runAsGroup: 0 },
      fsGroup: 7,
    });
  });

  it("starts kine where the control plane is stopped", () => {
    const expected = { mode: "kine", nodeName: undefined };
    expect(storeHostOf(set(0), undefined, false)).toMatchObject(expected);
    expect(storeHostOf(set(0), undefined, true)).toMatchObject({ ...expected, mode: "renew" });
  });

  it.each([
    ["a control plane that is not ready", set(1), pod("False"), "waiting"],
    ["one that has no pod yet", set(1), undefined, "waiting"],
    ["one that has not ended yet", set(0), pod("True"), "waiting"],
    ["one without a volume", set(1, "other"), pod("True"), "unsupported"],
  ])("has no way to %s", (_name, of, its, kind) => {
    expect(storeHostOf(of, its, false)).toMatchObject({ kind });
  });
});
