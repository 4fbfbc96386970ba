import { describe, expect, it } from "@jest/globals";
import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import { acceptSpec } from "./accept.ts";

interface Choice {
  readonly chart?: string;
  readonly kubernetes?: string;
  readonly allowed?: readonly string[];
}

function accept(spec: VClusterInstanceSpec, choice: Choice = {}): ReturnType<typeof acceptSpec> {
  return acceptSpec({
    spec,
    chartVersion: choice.chart ?? "0.36.1",
    kubernetesVersion: choice.kubernetes ?? "v1.35.0",
    allowedValues: choice.allowed ?? [],
  });
}

describe("acceptSpec", () => {
  it.each<[string, VClusterInstanceSpec, Choice]>([
    ["an empty spec", {}, {}],
    ["each supported chart", {}, { chart: "0.33.1" }],
    ["a patch that is newer than the tested one", {}, { chart: "0.36.9" }],
    ["k8s by name", { distro: "k8s" }, {}],
    ["a sleeping instance", { powerState: "Suspended" }, {}],
    ["an instance without a volume that runs", { storage: { persistent: false } }, {}],
    ["nodes with a scheduler", { sync: { fromHost: { nodes: true } }, values: scheduler() }, {}],
    ["limits around the defaults", { limits: { max: { cpu: 4, memory: "8Gi" } } }, {}],
    ["a limit below a default", { limits: { max: { cpu: "500m", memory: "1Gi" } } }, {}],
    [
      "limits in order",
      { limits: { defaultRequest: { cpu: "0.1" }, default: { cpu: "100m" } } },
      {},
    ],
    [
      "a role of a cloud",
      {
        serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/x" } },
      },
      {},
    ],
    [
      "what the configuration allows",
      { sync: { toHost: { persistentVolumes: true } } },
      { allowed: ["sync.toHost.persistentVolumes"] },
    ],
    ["a raw amount that is taken back", { values: coreDns({ resources: { limits: null } }) }, {}],
    ["a switch that is off", { sync: { toHost: { persistentVolumes: false } } }, {}],
  ])("accepts %s", (_what, spec, choice) => {
    expect(accept(spec, choice)).toEqual([]);
  });

  it.each<[string, VClusterInstanceSpec, Choice, string, string, RegExp]>([
    [
      "an unknown chart",
      {},
      { chart: "0.99.0" },
      "ChartUnsupported",
      "spec.chart.version",
      /0\.33\.x, 0\.34\.x, 0\.35\.x, 0\.36\.x/,
    ],
    ["an old chart", {}, { chart: "0.32.0" }, "ChartUnsupported", "spec.chart.version", /0\.36\.1/],
    [
      "text instead of a chart",
      {},
      { chart: "latest" },
      "ChartUnsupported",
      "spec.chart.version",
      /latest/,
    ],
    ["k3s", { distro: "k3s" }, {}, "DistroUnsupported", "spec.distro", /k8s only/],
    ["k0s", { distro: "k0s" }, {}, "DistroUnsupported", "spec.distro", /set it to k8s/],
    ["eks", { distro: "eks" }, {}, "DistroUnsupported", "spec.distro", /set it to k8s/],
    [
      "a Kubernetes that is too new",
      {},
      { kubernetes: "v1.36.0", chart: "0.34.0" },
      "KubernetesUnsupported",
      "spec.kubernetesVersion",
      /1\.35:/,
    ],
    [
      "a Kubernetes that is too old",
      {},
      { kubernetes: "v1.29.0" },
      "KubernetesUnsupported",
      "spec.kubernetesVersion",
      /1\.30/,
    ],
    [
      "a suspension that loses data",
      { powerState: "Suspended", storage: { persistent: false } },
      {},
      "SuspendWouldLoseData",
      "spec.powerState",
      /lose everything/,
    ],
    [
      "the default ServiceAccount",
      { serviceAccount: { name: "default" } },
      {},
      "ServiceAccountReserved",
      "spec.serviceAccount.name",
      /another name/,
    ],
    [
      "the workloads' ServiceAccount",
      { serviceAccount: { name: "vc-workload-x" } },
      {},
      "ServiceAccountReserved",
      "spec.serviceAccount.name",
      /another name/,
    ],
    [
      "volumes of the host",
      { sync: { toHost: { persistentVolumes: true } } },
      {},
      "FieldRefused",
      "spec.sync",
      /cluster-scoped/,
    ],
    [
      "an nginx snippet",
      {
        ingress: {
          host: "a.example.com",
          annotations: { "nginx.ingress.kubernetes.io/server-snippet": "x" },
        },
      },
      {},
      "FieldRefused",
      "spec.ingress",
      /Allowed here/,
    ],
    [
      "a template as a class",
      { ingress: { host: "a.example.com", className: "{{ .Values }}" } },
      {},
      "FieldRefused",
      "spec.ingress",
      /Template/,
    ],
    [
      "an image with a line break",
      { plugins: [{ name: "p", image: "a\nb" }] },
      {},
      "FieldRefused",
      "spec.plugins",
      /Line breaks/,
    ],
    [
      "an annotation of Vault",
      { serviceAccount: { annotations: { "vault.hashicorp.com/x": "y" } } },
      {},
      "FieldRefused",
      "spec.serviceAccount",
      /Allowed here/,
    ],
    [
      "a refused value",
      { values: { telemetry: { enabled: false } } },
      {},
      "ValuesRefused",
      "spec.values.telemetry.enabled",
      /always off/,
    ],
    [
      "storage classes both ways",
      { values: bothWays("storageClasses") },
      { allowed: ["sync.toHost.storageClasses"] },
      "SyncConflict",
      "spec.sync",
      /storageClasses/,
    ],
    [
      "priority classes both ways",
      { sync: { toHost: { priorityClasses: true }, fromHost: { priorityClasses: true } } },
      { allowed: ["sync.toHost.priorityClasses"] },
      "SyncConflict",
      "spec.sync",
      /priorityClasses/,
    ],
    [
      "a scheduler without nodes",
      { values: scheduler() },
      {},
      "SchedulerNeedsNodes",
      "spec.sync.fromHost.nodes",
      /true/,
    ],
    [
      "limits out of order",
      { limits: { min: { cpu: 2 }, default: { cpu: 1 } } },
      {},
      "LimitsInvalid",
      "spec.limits.default",
      /min ≤ defaultRequest/,
    ],
    [
      "a maximum below what the control plane needs",
      { limits: { max: { memory: "100Mi" } } },
      {},
      "LimitsTooTight",
      "spec.limits.max",
      /syncer/,
    ],
    [
      "a minimum above what was asked",
      { limits: { min: { cpu: 1 } }, controlPlane: { resources: { requests: { cpu: "100m" } } } },
      {},
      "LimitsTooTight",
      "spec.limits.min",
      /spec\.controlPlane\.resources/,
    ],
    [
      "an exponent that no host could mean",
      { quota: { cpu: "1e400" } },
      {},
      "FieldRefused",
      "spec.quota.cpu",
      /"1e400" is not a quantity/,
    ],
    [
      "a raw amount that is none",
      { values: coreDns({ resources: { requests: { cpu: "10 m" } } }) },
      {},
      "ValuesInvalid",
      "spec.values.controlPlane.coredns.deployment.resources.requests.cpu",
      /"10 m" is not a quantity/,
    ],
    [
      "half a pod",
      { values: coreDns({ replicas: 1.5 }), quota: { pods: 10 } },
      {},
      "ValuesInvalid",
      "spec.values.controlPlane.coredns.deployment.replicas",
      /whole number/,
    ],
  ])("refuses %s", (_what, spec, choice, reason, field, message) => {
    const refusals = accept(spec, choice);
    expect(refusals.map((refusal) => refusal.reason)).toContain(reason);
    const refusal = refusals.find((candidate) => candidate.reason === reason);
    expect(refusal?.field).toBe(field);
    expect(refusal?.message).toMatch(message);
  });

  it("names everything that is wrong at once", () => {
    const spec: VClusterInstanceSpec = {
      distro: "k3s",
      values: { sleep: { auto: {} }, rbac: { role: { extraRules: [{}] } } },
    };
    expect(accept(spec).map((refusal) => refusal.field)).toEqual([
      "spec.distro",
      "spec.values.sleep.auto",
      "spec.values.rbac.role.extraRules",
    ]);
  });
});

function scheduler(): Readonly<Record<string, unknown>> {
  return { controlPlane: { distro: { k8s: { scheduler: { enabled: true } } } } };
}

function coreDns(deployment: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { controlPlane: { coredns: { deployment } } };
}

function bothWays(kind: string): Readonly<Record<string, unknown>> {
  const on = { [kind]: { enabled: true } };
  return { sync: { toHost: on, fromHost: on } };
}
