import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "@jest/globals";
import { Phase } from "@open-vcluster/api";
import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import fc from "fast-check";
import { toMessage } from "./message.ts";
import { inPhase, instance } from "./testing/build.ts";

describe("toMessage", () => {
  it("shows identity, times and labels", () => {
    const shown = toMessage(
      instance({
        metadata: { labels: { env: "prod", "openvcluster.io/project": "web" } },
        spec: { owner: "ann" },
        status: {
          conditions: [
            {
              type: "Ready",
              status: "False",
              reason: "Installing",
              message: "It starts.",
              lastTransitionTime: "2026-01-02T03:05:00Z",
            },
          ],
        },
      }),
    );
    expect(shown).toMatchObject({
      id: "0d9c0a0e-1c1f-4f0e-9a52-9a6a2b4c7f10",
      name: "shop",
      namespace: "team-a",
      labels: { env: "prod", "openvcluster.io/project": "web" },
      owner: "ann",
      project: "web",
      resourceVersion: "41",
      generation: 2n,
      createTime: timestampFromDate(new Date("2026-01-02T03:04:05Z")),
      updateTime: timestampFromDate(new Date("2026-01-02T03:05:00Z")),
    });
    expect(shown.deleteTime).toBeUndefined();
    expect(shown.status).toMatchObject({ reason: "Installing", message: "It starts." });
    expect(shown.status?.readyTime).toBeUndefined();
  });

  it("shows annotations of others only", () => {
    const annotations = {
      note: "x",
      "example.com/a": "y",
      "openvcluster.io/operation": "op-1",
      "sub.openvcluster.io/a": "z",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
    };
    const shown = toMessage(instance({ metadata: { annotations } }));
    expect(shown.annotations).toEqual({ note: "x", "example.com/a": "y" });
    expect(shown.currentOperation).toBe("op-1");
  });

  it("shows what the resource says in words of its own", () => {
    const spec: VClusterInstanceSpec = {
      controlPlane: { replicas: 3, resources: { requests: { cpu: 2 } } },
      backingStore: { type: "etcd" },
      ingress: { host: "a.b", tls: { secretName: "s", issuerName: "i" } },
      plugins: [
        { name: "a", image: "host:5000/a" },
        { name: "b", image: "b:1@sha256:00", enabled: false },
      ],
      storage: { persistent: false },
      values: { b: null, a: { d: 1, c: [true] } },
    };
    expect(toMessage(instance({ spec })).spec).toMatchObject({
      replicas: 3,
      enableHa: true,
      resources: { cpuRequest: "2" },
      ingress: {
        enabled: true,
        tls: { enabled: true, useCertManager: true, issuerKind: "ClusterIssuer" },
      },
      plugins: [
        { name: "a", image: "host:5000/a", version: "", enabled: true },
        { name: "b", image: "b:1@sha256:00", version: "", enabled: false },
      ],
      storage: { ephemeral: true, enablePersistence: false },
      helmValues: '{"a":{"c":[true],"d":1},"b":null}',
    });
  });

  it.each([
    ["before the first look", instance(), Phase.PENDING],
    ["as the status says", inPhase("Scaling"), Phase.SCALING],
    [
      "while it is deleted",
      instance({ metadata: { deletionTimestamp: "2026-01-02T03:04:06Z" } }),
      Phase.DELETING,
    ],
    [
      "after a suspension was accepted",
      instance({
        spec: { powerState: "Suspended" },
        status: { phase: "Running", observedGeneration: 1 },
      }),
      Phase.SUSPENDING,
    ],
    [
      "after a suspension was given up",
      inPhase("Running", { powerState: "Suspended" }),
      Phase.RUNNING,
    ],
    [
      "after a resumption was accepted",
      instance({ status: { phase: "Suspended", observedGeneration: 1 } }),
      Phase.RESUMING,
    ],
    [
      "after a failure, whatever is asked for",
      instance({
        spec: { powerState: "Suspended" },
        status: { phase: "Error", observedGeneration: 1 },
      }),
      Phase.ERROR,
    ],
  ])("shows the phase %s", (_, current, phase) => {
    expect(toMessage(current).status?.phase).toBe(phase);
  });

  it("never throws, whatever a resource holds", () => {
    const spec = fc.object({
      key: fc.constantFrom(
        "ingress",
        "tls",
        "plugins",
        "values",
        "controlPlane",
        "replicas",
        "storage",
        "sync",
        "name",
        "image",
      ),
    });
    fc.assert(
      fc.property(spec, (value) => {
        expect(toMessage(instance({ spec: value })).name).toBe("shop");
      }),
    );
  });
});
