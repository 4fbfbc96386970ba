import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import { canonicalJson } from "../digest.ts";
import { type JsonObject, readPath } from "../json.ts";
import type { RenderInput } from "./renderer.ts";
import { LATEST_RENDERER, RENDERERS } from "./renderers.ts";

const TESTDATA = join(import.meta.dirname, "..", "testdata");
const ETCD = ["controlPlane", "backingStore", "etcd", "deploy", "statefulSet"];
const REPLICAS = ["controlPlane", "statefulSet", "highAvailability", "replicas"];
const QUOTA = ["policies", "resourceQuota", "quota"];

interface Golden {
  readonly input: RenderInput;
  readonly values: JsonObject;
}

function render(spec: VClusterInstanceSpec, change: Partial<RenderInput> = {}): JsonObject {
  const renderer = RENDERERS[LATEST_RENDERER];
  if (renderer === undefined) throw new Error("no renderer");
  return renderer({
    instance: { namespace: "team-a", name: "demo" },
    spec,
    mode: "running",
    chartVersion: "0.36.1",
    kubernetesVersion: "v1.36.0",
    etcdMembers: spec.backingStore?.type === "etcd" ? (spec.backingStore.etcd?.replicas ?? 1) : 0,
    targetNamespace: "vc-0011aabb-demo",
    ...change,
  });
}

describe.each(Object.keys(RENDERERS))("renderer %s", (name) => {
  const folder = join(TESTDATA, `render-v${name}`);
  const files = readdirSync(folder).map((file) => [file] as const);

  // A changed golden file restarts running control planes: make a new renderer instead.
  it.each(files)("renders %s byte for byte as it always did", (file) => {
    const golden = JSON.parse(readFileSync(join(folder, file), "utf8")) as Golden;
    const values = RENDERERS[name]?.(golden.input) ?? {};
    expect(canonicalJson(values)).toBe(canonicalJson(golden.values));
  });
});

describe("the latest renderer", () => {
  it("suspends by replicas alone", () => {
    const etcd = { type: "etcd", etcd: { replicas: 3 } } as const;
    const spec: VClusterInstanceSpec = { controlPlane: { replicas: 3 }, backingStore: etcd };
    const running = render(spec);
    const suspended = render(spec, { mode: "suspended" });
    expect(readPath(running, REPLICAS)).toBe(3);
    expect(readPath(suspended, REPLICAS)).toBe(0);
    expect(readPath(running, [...ETCD, "highAvailability", "replicas"])).toBe(3);
    expect(readPath(suspended, [...ETCD, "highAvailability", "replicas"])).toBe(0);
    const same = (values: JsonObject): string =>
      canonicalJson(values).replaceAll(/"highAvailability":\{"replicas":\d\}/g, "");
    expect(same(suspended)).toBe(same(running));
  });

  it("keeps a deployed etcd alone", () => {
    const spec: VClusterInstanceSpec = {
      controlPlane: { replicas: 3 },
      backingStore: { type: "etcd", etcd: { replicas: 3 } },
    };
    const values = render(spec, { mode: "storeOnly" });
    expect(readPath(values, REPLICAS)).toBe(0);
    expect(readPath(values, [...ETCD, "highAvailability", "replicas"])).toBe(3);
  });

  it("knows no difference between a suspended sqlite and one that is kept alone", () => {
    expect(render({}, { mode: "storeOnly" })).toEqual(render({}, { mode: "suspended" }));
  });

  it("takes the members of etcd from the release, not from the spec", () => {
    const spec: VClusterInstanceSpec = { backingStore: { type: "etcd", etcd: { replicas: 3 } } };
    const values = render(spec, { etcdMembers: 1 });
    expect(readPath(values, [...ETCD, "highAvailability", "replicas"])).toBe(1);
  });

  it("wins over raw values, keeps the rest and extends lists", () => {
    const values = render({
      values: {
        logging: { encoding: "json" },
        telemetry: { enabled: true },
        controlPlane: {
          proxy: { extraSANs: ["api.example.com"] },
          statefulSet: { image: { repository: "x" }, labels: { team: "a" } },
        },
      },
    });
    expect(readPath(values, ["logging", "encoding"])).toBe("json");
    expect(readPath(values, ["telemetry", "enabled"])).toBe(false);
    expect(readPath(values, ["controlPlane", "statefulSet", "labels"])).toEqual({ team: "a" });
    expect(readPath(values, ["controlPlane", "statefulSet", "image"])).toEqual({
      registry: "ghcr.io",
      repository: "loft-sh/vcluster-oss",
      tag: "0.36.1",
    });
    expect(readPath(values, ["controlPlane", "proxy", "extraSANs"])).toEqual([
      "demo.vc-0011aabb-demo.svc",
      "demo.vc-0011aabb-demo.svc.cluster.local",
      "api.example.com",
    ]);
  });

  it("adds to a quota exactly what the control plane, etcd, CoreDNS and Jobs need", () => {
    const quota = { pods: 10, cpu: "1", memory: "1Gi", limitsCPU: 2, storage: "10Gi", secrets: 5 };
    const spec: VClusterInstanceSpec = {
      quota,
      controlPlane: { replicas: 3, resources: { requests: { cpu: "250m", memory: "512Mi" } } },
      backingStore: { type: "etcd", etcd: { replicas: 3, storage: { size: "2Gi" } } },
    };
    const hard = readPath(render(spec), QUOTA);
    expect(hard).toMatchObject({
      // 10 + (3 + 1 surge) control plane + 3 etcd + 1 CoreDNS + 2 Jobs
      "count/pods": "20",
      // 1 + 4 × 0.25 + 3 × 0.02 + 0.02 + 2 × 0.1
      "requests.cpu": "2280m",
      // 1024 + 4 × 512 + 3 × 150 + 64 + 2 × 128 Mi
      "requests.memory": "3842Mi",
      // 2 + 4 × 2 + 3 × 1 + 1 + 2 × 1
      "limits.cpu": "16",
      // 10 + 3 × 2
      "requests.storage": "16Gi",
      "count/secrets": "15",
      "limits.memory": null,
      "services.nodeports": null,
    });
    expect(readPath(render(spec, { mode: "suspended" }), QUOTA)).toEqual(hard);
  });

  it("states limits for every container as soon as quota or limits are on", () => {
    const etcd: VClusterInstanceSpec = { backingStore: { type: "etcd" } };
    const plain = render(etcd);
    expect(readPath(plain, [...ETCD, "resources", "limits"])).toEqual({});
    for (const bounded of [{ quota: { pods: 1 } }, { limits: { max: { cpu: 4 } } }] as const) {
      const values = render({ ...etcd, ...bounded });
      for (const path of [
        ETCD,
        ["controlPlane", "statefulSet"],
        ["controlPlane", "distro", "k8s"],
      ]) {
        const limits = readPath(values, [...path, "resources", "limits"]) ?? {};
        expect(Object.keys(limits).sort()).toEqual(["cpu", "ephemeral-storage", "memory"]);
      }
    }
  });

  it("makes the containers that the syncer brings along fit into the tenant's limit range", () => {
    const limits = { min: { cpu: "50m" }, max: { cpu: "500m", memory: "128Mi" } };
    const values = render({ limits });
    const dns = readPath(values, ["controlPlane", "coredns", "deployment", "resources"]);
    expect(dns).toEqual({
      requests: { cpu: "50m", memory: "64Mi" },
      limits: { cpu: "500m", memory: "128Mi" },
    });
    const rewrite = ["sync", "toHost", "pods", "rewriteHosts", "initContainer", "resources"];
    expect(readPath(values, rewrite)).toEqual({
      requests: { cpu: "50m", memory: "64Mi" },
      limits: { cpu: "50m", memory: "64Mi" },
    });
    expect(readPath(render({}), ["controlPlane", "coredns"])).toBeUndefined();
  });

  it("lets quota and limit range appear only when they are asked for", () => {
    const enabled = (spec: VClusterInstanceSpec): readonly unknown[] =>
      ["resourceQuota", "limitRange"].map((kind) =>
        readPath(render(spec), ["policies", kind, "enabled"]),
      );
    expect(enabled({})).toEqual([false, false]);
    expect(enabled({ quota: { pods: 5 } })).toEqual([true, false]);
    expect(enabled({ quota: { cpu: 5 } })).toEqual([true, true]);
    expect(enabled({ limits: { max: { cpu: 5 } } })).toEqual([false, true]);
    expect(enabled({ isolation: { mode: "baseline" } })).toEqual([false, true]);
  });

  it("opens port 8443 itself where the chart's policy does not", () => {
    const path = ["policies", "networkPolicy", "controlPlane", "ingress"];
    const spec: VClusterInstanceSpec = { network: { networkPolicies: true } };
    const rule = [{ ports: [{ port: 8443, protocol: "TCP" }] }];
    expect(readPath(render(spec, { chartVersion: "0.33.1" }), path)).toEqual(rule);
    expect(readPath(render(spec, { chartVersion: "0.34.0" }), path)).toBeUndefined();
  });

  it("lets an isolated control plane reach its external etcd", () => {
    const values = render({
      isolation: { mode: "restricted" },
      backingStore: {
        type: "externalEtcd",
        externalEtcd: { endpoint: "https://etcd.example.com:12379", tlsSecretRef: { name: "x" } },
      },
    });
    const egress = readPath(values, ["policies", "networkPolicy", "controlPlane", "egress"]);
    expect(egress).toEqual([{ ports: [{ port: 12379, protocol: "TCP" }] }]);
    expect(readPath(values, ["policies", "podSecurityStandard"])).toBe("restricted");
  });

  it("asks cert-manager for the certificate and lets the controller terminate TLS", () => {
    const ingress = {
      host: "a.example.com",
      className: "nginx",
      annotations: { team: "a" },
      tls: { secretName: "a-tls", issuerName: "prod" },
    };
    const values = render({ ingress });
    expect(readPath(values, ["controlPlane", "ingress"])).toEqual({
      enabled: true,
      host: "a.example.com",
      annotations: {
        "cert-manager.io/cluster-issuer": "prod",
        "nginx.ingress.kubernetes.io/ssl-passthrough": "false",
        team: "a",
      },
      spec: { ingressClassName: "nginx", tls: [{ hosts: ["a.example.com"], secretName: "a-tls" }] },
    });
    const issuer = render({
      ingress: { ...ingress, tls: { ...ingress.tls, issuerKind: "Issuer" } },
    });
    const annotations = readPath(issuer, ["controlPlane", "ingress", "annotations"]);
    expect(annotations).toHaveProperty(["cert-manager.io/issuer"], "prod");
    expect(readPath(values, ["controlPlane", "proxy", "extraSANs"])).toContain("a.example.com");
  });

  it("leaves disabled plugins out and protects several replicas with a budget", () => {
    const plugins = [
      { name: "on", image: "a/b:1", config: { x: 1 } },
      { name: "off", image: "a/c:1", enabled: false },
    ];
    expect(Object.keys(readPath(render({ plugins }), ["plugins"]) ?? {})).toEqual(["on"]);
    const budget = ["controlPlane", "advanced", "podDisruptionBudget"];
    expect(readPath(render({}), budget)).toEqual({ enabled: false });
    const highlyAvailable: VClusterInstanceSpec = {
      controlPlane: { replicas: 3 },
      backingStore: { type: "etcd" },
    };
    expect(readPath(render(highlyAvailable), budget)).toEqual({ enabled: true, maxUnavailable: 1 });
  });
});
