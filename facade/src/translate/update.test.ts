import { describe, expect, it } from "@jest/globals";
import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import { instance } from "./testing/build.ts";
import { failureFrom, fieldsOf } from "./testing/failure.ts";
import { type SpecParts, update } from "./testing/requests.ts";
import { updated } from "./update.ts";

const CURRENT: VClusterInstanceSpec = {
  chart: { version: "0.36.1" },
  powerState: "Suspended",
  suspend: { drain: true, drainTimeout: "10m" },
  resume: { timeout: "1m" },
  controlPlane: { replicas: 3, resources: { requests: { cpu: 1, memory: "1Gi" } } },
  backingStore: { type: "etcd", etcd: { replicas: 3, resources: { limits: { cpu: 2 } } } },
  network: { clusterDomain: "corp", networkPolicies: true },
  sync: { toHost: { allSecrets: true, ingresses: true }, fromHost: { events: false } },
  ingress: { host: "a.example.com", tls: { secretName: "tls", issuerName: "letsencrypt" } },
  serviceAccount: { name: "sa", imagePullSecrets: [{ name: "pull" }] },
  values: { a: { b: null } },
  targetNamespace: "vc-shop",
  owner: "ann",
  project: "web",
};

/** What the contract has no field for. */
const INEXPRESSIBLE: VClusterInstanceSpec = {
  powerState: "Suspended",
  suspend: { drain: true, drainTimeout: "10m" },
  resume: { timeout: "1m" },
  network: { clusterDomain: "corp" },
  sync: { toHost: { allSecrets: true }, fromHost: { events: false } },
  serviceAccount: { imagePullSecrets: [{ name: "pull" }] },
  owner: "ann",
  project: "web",
};

function after(spec: SpecParts | undefined, paths?: readonly string[]): VClusterInstanceSpec {
  return updated(instance({ spec: CURRENT }), update(spec, paths)).spec;
}

describe("updated", () => {
  it("without a mask changes what is set, lists and maps as a whole", () => {
    const spec = after({ resources: { cpuRequest: "2" }, ingress: { annotations: { a: "1" } } });
    expect(spec).toEqual({
      ...CURRENT,
      controlPlane: { replicas: 3, resources: { requests: { cpu: "2", memory: "1Gi" } } },
      ingress: { ...CURRENT.ingress, annotations: { a: "1" } },
    });
  });

  it("takes exactly what the mask names, and removes what is unset there", () => {
    const paths = ["spec.resources.memory_request", "spec.service_account.name"];
    const spec = after(
      { resources: { cpuRequest: "9" }, serviceAccount: { name: "other" } },
      paths,
    );
    expect(spec).toEqual({
      ...CURRENT,
      controlPlane: { replicas: 3, resources: { requests: { cpu: 1 } } },
      serviceAccount: { ...CURRENT.serviceAccount, name: "other" },
    });
  });

  it.each([["*"], ["spec"]])("keeps what the contract cannot say under %s", (path) => {
    expect(after({}, [path])).toEqual({
      ...INEXPRESSIBLE,
      backingStore: CURRENT.backingStore,
      targetNamespace: "vc-shop",
    });
  });

  it("leaves the words of the resource alone where they mean the same", () => {
    const spec = after({ resources: { cpuRequest: "1" }, helmValues: "a:\n  b: ~\n" }, [
      "spec.resources.cpu_request",
      "spec.helm_values",
    ]);
    expect(spec).toEqual(CURRENT);
  });

  it("removes an ingress that is turned off, with what belongs to it", () => {
    expect(after({}, ["spec.ingress.enabled"]).ingress).toBeUndefined();
    expect(after({}, ["spec.ingress.tls.enabled"]).ingress).toEqual({ host: "a.example.com" });
    expect(after({}, ["spec.ingress.tls.use_cert_manager"]).ingress).toEqual({
      host: "a.example.com",
      tls: { secretName: "tls" },
    });
  });

  it("writes a false that a mask names where absence would mean something else", () => {
    expect(after({}, ["spec.network.enable_network_policies"]).network).toEqual({
      clusterDomain: "corp",
      networkPolicies: false,
    });
    expect(after({}, ["spec.network"]).network).toEqual({ clusterDomain: "corp" });
  });

  it("has no effect through paths of output", () => {
    expect(after({ replicas: 1 }, ["status.phase", "resource_version", "owner"])).toEqual(CURRENT);
  });

  it.each([
    ["spec.nonsense", 1],
    ["spec.resources.memoryLimit", 1],
    ["specs", 1],
    ["spec.plugins.name", 1],
    ["labels.env", 1],
    ["", 1],
    ["spec.", 1],
  ])("refuses the path %j", (path, index) => {
    expect(fieldsOf(() => after({}, ["labels", path]))).toEqual([`update_mask.paths[${index}]`]);
  });

  it.each([
    ["the store", { backingStore: { type: "sqlite" } }, undefined, "spec.backing_store.type"],
    ["the store, by removing it", {}, ["spec.backing_store"], "spec.backing_store.type"],
    [
      "the members of etcd",
      { backingStore: { etcdReplicas: 1 } },
      undefined,
      "spec.backing_store.etcd_replicas",
    ],
    ["the target namespace", { targetNamespace: "other" }, undefined, "spec.target_namespace"],
    [
      "the target namespace, by removing it",
      {},
      ["spec.target_namespace"],
      "spec.target_namespace",
    ],
    [
      "the range of Services",
      { network: { serviceCidr: "10.0.0.0/16" } },
      undefined,
      "spec.network.service_cidr",
    ],
    ["the distribution", { distro: "k3s" }, undefined, "spec.distro"],
    ["high availability", {}, ["spec.enable_ha"], "spec.enable_ha"],
  ] as const)("refuses to change %s", (_, spec: SpecParts, paths, field) => {
    const failure = failureFrom(() => after(spec, paths));
    expect(failure).toMatchObject({ kind: "invalid", reason: "FieldImmutable" });
    expect(failure.violations.map((violation) => violation.field)).toContain(field);
  });

  it("takes a value that says what is so already", () => {
    expect(after({ distro: "k8s", targetNamespace: "vc-shop", enableHa: true }).distro).toBe("k8s");
  });

  it("scales to and from high availability on etcd", () => {
    expect(after({ replicas: 1 }).controlPlane?.replicas).toBe(1);
    expect(after({}, ["spec.replicas", "spec.enable_ha"]).controlPlane?.replicas).toBeUndefined();
    const single = instance({
      spec: { backingStore: { type: "etcd" }, controlPlane: { replicas: 1 } },
    });
    expect(updated(single, update({ enableHa: true })).spec.controlPlane?.replicas).toBe(3);
  });

  it("refuses high availability where the store cannot have it", () => {
    const sqlite = instance({ spec: {} });
    expect(fieldsOf(() => updated(sqlite, update({ enableHa: true })))).toEqual(["spec.enable_ha"]);
    expect(fieldsOf(() => updated(sqlite, update({ replicas: 3 })))).toEqual(["spec.replicas"]);
  });

  it("replaces labels, but not those of the product", () => {
    const labels = { env: "prod", "openvcluster.io/project": "web", "openvcluster.io/x": "1" };
    const current = instance({ spec: CURRENT, metadata: { labels } });
    const replaced = updated(current, update(undefined, ["labels"], { tier: "a" }));
    expect(replaced.metadata.labels).toEqual({
      tier: "a",
      "openvcluster.io/project": "web",
      "openvcluster.io/x": "1",
    });
    const moved = updated(
      current,
      update(undefined, undefined, { ...labels, "openvcluster.io/project": "shop" }),
    );
    expect(moved.spec.project).toBe("shop");
    const forged = { "openvcluster.io/x": "2" };
    expect(fieldsOf(() => updated(current, update(undefined, ["labels"], forged)))).toEqual([
      "labels[openvcluster.io/x]",
    ]);
  });

  it("leaves labels alone that the mask does not name", () => {
    const current = instance({ metadata: { labels: { env: "prod" } } });
    expect(updated(current, update({}, ["spec.distro"], { x: "y" })).metadata.labels).toEqual({
      env: "prod",
    });
  });
});
