import { describe, expect, it } from "@jest/globals";
import { instanceFrom } from "./create.ts";
import { failureFrom, fieldsOf } from "./testing/failure.ts";
import { createdFrom, creation, type SpecParts } from "./testing/requests.ts";

describe("instanceFrom", () => {
  it("makes a resource that the operator cannot miss and that says whose it is", () => {
    const request = creation({}, { namespace: "team-a", labels: { env: "prod" }, project: "web" });
    expect(instanceFrom(request, "ann@example.com")).toEqual({
      apiVersion: "openvcluster.io/v1alpha1",
      kind: "VClusterInstance",
      metadata: {
        name: "shop",
        namespace: "team-a",
        labels: { env: "prod", "openvcluster.io/project": "web" },
        finalizers: ["openvcluster.io/instance"],
      },
      spec: { owner: "ann@example.com", project: "web" },
    });
  });

  it("takes the default namespace, another owner, and the project from its label", () => {
    const labels = { "openvcluster.io/project": "web" };
    const { metadata, spec } = instanceFrom(creation({}, { owner: "bob", labels }), "ann");
    expect(metadata.namespace).toBe("default");
    expect(spec).toEqual({ owner: "bob", project: "web" });
  });

  it.each([
    ["high availability", { enableHa: true }, { replicas: 3, store: "etcd" }],
    ["five replicas", { enableHa: true, replicas: 5 }, { replicas: 5, store: "etcd" }],
    [
      "high availability on an etcd that exists",
      {
        enableHa: true,
        backingStore: {
          type: "externalEtcd",
          externalEndpoint: "https://etcd:2379",
          externalTlsSecret: "tls",
        },
      },
      { replicas: 3, store: "externalEtcd" },
    ],
  ] as const)("sizes %s", (_, parts: SpecParts, { replicas, store }) => {
    const { spec } = createdFrom(parts);
    expect([spec.controlPlane?.replicas, spec.backingStore?.type]).toEqual([replicas, store]);
  });

  it("reads Helm values as YAML and keeps null", () => {
    const { spec } = createdFrom({ helmValues: "sync: {toHost: {pods: null}}\nflag: yes\n" });
    expect(spec.values).toEqual({ sync: { toHost: { pods: null } }, flag: true });
  });

  it("says of a plugin whether it runs, and joins image and version", () => {
    const plugins = [
      { name: "a", image: "ghcr.io/x/a", version: "1.2", enabled: true },
      { name: "b", image: "ghcr.io/x/b@sha256:00", config: "k: v" },
    ];
    expect(createdFrom({ plugins }).spec.plugins).toEqual([
      { name: "a", image: "ghcr.io/x/a:1.2", enabled: true },
      { name: "b", image: "ghcr.io/x/b@sha256:00", config: { k: "v" }, enabled: false },
    ]);
  });

  it.each<[string, SpecParts, string]>([
    ["replicas on sqlite", { replicas: 3 }, "spec.replicas"],
    [
      "plugins with too much configuration together",
      {
        plugins: ["a", "b"].map((name) => ({
          name,
          image: "x",
          config: `k: ${"v".repeat(33 * 1024)}`,
        })),
      },
      "spec.plugins",
    ],
    [
      "an even number of replicas",
      { replicas: 2, backingStore: { type: "etcd" } },
      "spec.replicas",
    ],
    ["one highly available replica", { enableHa: true, replicas: 1 }, "spec.enable_ha"],
    [
      "high availability on sqlite",
      { enableHa: true, backingStore: { type: "sqlite" } },
      "spec.enable_ha",
    ],
    [
      "a volume and none",
      { storage: { enablePersistence: true, ephemeral: true } },
      "spec.storage.ephemeral",
    ],
    [
      "a size of no volume",
      { storage: { persistenceSize: "1Gi", ephemeral: true } },
      "spec.storage.persistence_size",
    ],
    [
      "the volume of sqlite on etcd",
      { enableHa: true, storage: { persistenceSize: "1Gi" } },
      "spec.storage.persistence_size",
    ],
    [
      "etcd settings on sqlite",
      { backingStore: { etcdReplicas: 3 } },
      "spec.backing_store.etcd_replicas",
    ],
    ["an ingress without a host", { ingress: { enabled: true } }, "spec.ingress.hostname"],
    ["a host without an ingress", { ingress: { hostname: "a.b" } }, "spec.ingress.hostname"],
    [
      "TLS without a Secret",
      { ingress: { enabled: true, hostname: "a.b", tls: { enabled: true } } },
      "spec.ingress.tls.secret_name",
    ],
    [
      "an issuer without cert-manager",
      {
        ingress: {
          enabled: true,
          hostname: "a.b",
          tls: { enabled: true, secretName: "s", issuerName: "i" },
        },
      },
      "spec.ingress.tls.issuer_name",
    ],
    ["an unknown distribution", { distro: "k9s" }, "spec.distro"],
    ["an unknown isolation", { isolationMode: "restricted" }, "spec.isolation_mode"],
    ["no quantity", { resources: { cpuLimit: "much" } }, "spec.resources.cpu_limit"],
    [
      "a request above its limit",
      { resources: { cpuLimit: "1", cpuRequest: "1500m" } },
      "spec.resources.cpu_request",
    ],
    [
      "a quota out of order",
      { quota: { memoryRequests: "2Gi", memoryLimits: "1Gi" } },
      "spec.quota.memory_requests",
    ],
    [
      "bounds out of order",
      { limits: { min: { cpu: "2" }, max: { cpu: "1" } } },
      "spec.limits.min.cpu",
    ],
    ["a negative quota", { quota: { pods: -1 } }, "spec.quota.pods"],
    ["values that are no object", { helmValues: "- a" }, "spec.helm_values"],
    [
      "too many name servers",
      { network: { dns: { nameservers: ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"] } } },
      "spec.network.dns.nameservers",
    ],
    [
      "a search domain in capitals",
      { network: { dns: { searches: ["ok", "NO"] } } },
      "spec.network.dns.searches[1]",
    ],
    ["a plugin without an image", { plugins: [{ name: "a" }] }, "spec.plugins[0].image"],
    [
      "a plugin with two versions",
      { plugins: [{ name: "a", image: "b:1", version: "2" }] },
      "spec.plugins[0].version",
    ],
    ["a namespace of Kubernetes", { targetNamespace: "kube-system" }, "spec.target_namespace"],
  ])("refuses %s", (_, parts, field) => {
    expect(fieldsOf(() => createdFrom(parts))).toEqual([field]);
  });

  it("refuses a plugin name that is taken", () => {
    const plugins = [
      { name: "a", image: "x" },
      { name: "a", image: "y" },
    ];
    expect(fieldsOf(() => createdFrom({ plugins }))).toEqual(["spec.plugins[1].name"]);
  });

  it("tells everything that is wrong at once", () => {
    const request = creation(
      { distro: "x", replicas: 4 },
      {
        name: "No",
        namespace: "-",
        requestId: "a\nb",
        owner: "x".repeat(254),
        project: "web",
        labels: { "openvcluster.io/x": "1", "bad key": "2", ok: "bad value" },
        timeoutSeconds: -1,
      },
    );
    const failure = failureFrom(() => instanceFrom(request, "ann"));
    expect(failure).toMatchObject({ kind: "invalid", reason: "InvalidArgument" });
    expect(failure.violations.map(({ field }) => field)).toEqual([
      "name",
      "namespace",
      "request_id",
      "labels[openvcluster.io/x]",
      "labels[bad key]",
      "labels[ok]",
      "owner",
      "timeout_seconds",
      "spec.replicas",
      "spec.distro",
      "spec.replicas",
    ]);
  });

  it.each(["", "Shop", "1shop", "shop-", "y", "null", "s".repeat(41), "a_b", "a.b"])(
    "refuses the name %j",
    (name) => {
      expect(fieldsOf(() => instanceFrom(creation({}, { name }), "ann"))).toEqual(["name"]);
    },
  );
});
