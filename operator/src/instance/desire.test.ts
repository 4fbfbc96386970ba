import { describe, expect, it } from "@jest/globals";
import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import fc from "fast-check";
import { instance, revision } from "../testing/build.ts";
import { type DesiredRelease, type DesireInput, desire, isSameRelease } from "./desire.ts";

const FRESH: Omit<DesireInput, "instance"> = {
  targetNamespace: "vc-demo",
  running: undefined,
  served: undefined,
  started: undefined,
  mode: "running",
  defaultChartVersion: "0.36.1",
  operatorNamespace: "system",
  allowedValues: [],
};

function desired(spec: VClusterInstanceSpec, change: Partial<DesireInput> = {}): DesiredRelease {
  const found = desire({ ...FRESH, instance: instance(spec), ...change });
  if (found.kind === "refused") throw new Error(JSON.stringify(found.refused));
  return found.release;
}

function refusals(
  spec: VClusterInstanceSpec,
  change: Partial<DesireInput>,
): readonly (readonly [string, string])[] {
  const found = desire({ ...FRESH, instance: instance(spec), ...change });
  return found.kind === "refused" ? found.refused.map(({ reason, field }) => [reason, field]) : [];
}

describe("desire", () => {
  it("takes versions from the spec, else from what runs, else the operator's", () => {
    const running = revision({ chart: "0.35.2", kubernetes: "v1.35.0" });
    expect(desired({})).toMatchObject({ chartVersion: "0.36.1", kubernetesVersion: "v1.36.0" });
    expect(desired({}, { running })).toMatchObject({
      chartVersion: "0.35.2",
      kubernetesVersion: "v1.35.0",
    });
    expect(desired({ chart: { version: "0.36.1" } }, { running })).toMatchObject({
      chartVersion: "0.36.1",
      kubernetesVersion: "v1.35.0",
    });
  });

  it.each<[string, VClusterInstanceSpec, number | undefined, number]>([
    ["sqlite", {}, undefined, 0],
    ["one etcd", { backingStore: { type: "etcd" } }, undefined, 1],
    [
      "etcd with several control planes",
      { backingStore: { type: "etcd" }, controlPlane: { replicas: 3 } },
      undefined,
      3,
    ],
    [
      "an etcd that was started with one",
      { backingStore: { type: "etcd" }, controlPlane: { replicas: 3 } },
      1,
      1,
    ],
  ])("gives %s its members", (_name, spec, members, expected) => {
    const started = members === undefined ? undefined : { type: "etcd", members };
    expect(desired(spec, { started }).etcdMembers).toBe(expected);
  });

  it("has an answer to any amount, so that no spec keeps an instance from being deleted", () => {
    const amount = fc.oneof(
      fc.constantFrom(null, "1e400", "-1e-99", "1Ei", "10 m", "\u202e1"),
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(amount, amount, (one, other) => {
        const list = { cpu: one, memory: other };
        const resources = { requests: list, limits: list };
        const spec = {
          controlPlane: { replicas: 1, resources },
          backingStore: { type: "etcd", etcd: { resources, storage: { size: one } } },
          quota: { pods: 1, cpu: one, memory: other, storage: one },
          limits: { min: list, max: list, default: list, defaultRequest: list },
          values: { controlPlane: { coredns: { deployment: { replicas: one, resources } } } },
        } as unknown as VClusterInstanceSpec;
        expect(desire({ ...FRESH, instance: instance(spec) }).kind).toMatch(/release|refused/);
      }),
    );
  });

  it("means the same release as long as nothing changes", () => {
    const made = desired({});
    const running = revision({ valuesDigest: made.valuesDigest });
    const again = desired({}, { running });
    expect(isSameRelease(again, running)).toBe(true);
    expect(isSameRelease(desired({}, { running, mode: "suspended" }), running)).toBe(false);
    expect(isSameRelease(desired({ values: { logging: { encoding: "json" } } }), running)).toBe(
      false,
    );
  });

  it.each<[string, VClusterInstanceSpec, Partial<DesireInput>, readonly (readonly string[])[]]>([
    [
      "an older Kubernetes",
      { kubernetesVersion: "v1.35.0" },
      { running: revision(), served: revision() },
      [["DowngradeRefused", "spec.kubernetesVersion"]],
    ],
    [
      "a jump over a minor",
      { kubernetesVersion: "v1.36.0" },
      { served: revision({ kubernetes: "v1.34.0" }) },
      [["VersionSkipsMinor", "spec.kubernetesVersion"]],
    ],
    [
      "another store",
      { backingStore: { type: "etcd" } },
      { running: revision(), served: revision(), started: { type: "sqlite", members: 0 } },
      [["StoreChanged", "spec.backingStore.type"]],
    ],
    [
      "another number of members over volumes that were kept",
      { backingStore: { type: "etcd", etcd: { replicas: 3 } } },
      { started: { type: "etcd", members: 1 } },
      [["StoreChanged", "spec.backingStore.etcd.replicas"]],
    ],
    [
      "the namespace of the operator",
      {},
      { targetNamespace: "system" },
      [["NamespaceReserved", "spec.targetNamespace"]],
    ],
    [
      "the namespace of the instance itself",
      {},
      { targetNamespace: instance().metadata.namespace ?? "" },
      [["NamespaceReserved", "spec.targetNamespace"]],
    ],
    ["a distro that does not run", { distro: "k3s" }, {}, [["DistroUnsupported", "spec.distro"]]],
  ])("refuses %s", (_name, spec, change, expected) => {
    expect(refusals(spec, change)).toEqual(expected);
  });
});
