import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { supportedChartLines } from "../chart-versions.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { checkValues } from "./check.ts";
import { isAbove, parsePath, type ValuePath } from "./path.ts";
import type { Refusal } from "./refusal.ts";
import { DENY_GROUPS, governing, verdictsFor } from "./verdicts.ts";

const CHARTS = supportedChartLines().map(({ tested }) => tested);

function check(values: JsonObject, allowed: readonly string[] = []): readonly Refusal[] {
  return checkValues(values, { chartVersion: "0.36.1", allowed });
}

/** Values with one leaf at a path; numbers in a path become places of an array. */
function valuesAt(path: ValuePath, leaf: JsonValue): JsonObject {
  return path.reduceRight<JsonValue>((below, key) => {
    if (key === "0") return [below];
    return { [key]: below };
  }, leaf) as JsonObject;
}

const GODMODE = { securityContext: { privileged: true }, image: "evil", name: "evil" };
const RULE = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
const HOST_PATH = { name: "host", hostPath: { path: "/" } };

describe("takeover attempts", () => {
  it.each<[string, string, JsonValue]>([
    ["a manifest on the host", "experimental.deploy.host.manifests", "kind: Pod"],
    ["a template on the host", "experimental.deploy.host.manifestsTemplate", "{{ lookup }}"],
    ["a template in the control plane", "experimental.deploy.vcluster.manifestsTemplate", "x"],
    ["a cluster role", "rbac.clusterRole.extraRules", [RULE]],
    ["another cluster role", "rbac.clusterRole.overwriteRules", [RULE]],
    ["more rights in the namespace", "rbac.role.extraRules", [RULE]],
    ["other rights in the namespace", "rbac.role.overwriteRules", [RULE]],
    ["a plugin's cluster role", "plugins.p.rbac.clusterRole.extraRules", [RULE]],
    ["a plugin's role under a dotted key", 'plugins["a.b"].rbac.role.extraRules', [RULE]],
    ["a plugin's command", "plugins.p.command", ["sh"]],
    ["a plugin's mounts", "plugins.p.volumeMounts", [{ name: "data", mountPath: "/x" }]],
    ["a privileged plugin", "plugins.p.securityContext", { privileged: true }],
    ["a legacy plugin", "plugin.p.image", "evil"],
    ["Secrets of kube-system", "sync.fromHost.secrets.mappings.byName", { "kube-system/*": "x/*" }],
    ["Secrets of kube-system, switched", "sync.fromHost.secrets.enabled", true],
    [
      "ConfigMaps of kube-system",
      "sync.fromHost.configMaps.mappings.byName",
      { "kube-system/*": "x/*" },
    ],
    ["Gateways of others", "sync.fromHost.gateways.enabled", true],
    [
      "Services of others",
      "networking.replicateServices.fromHost",
      [{ from: "kube-system/x", to: "x/x" }],
    ],
    [
      "a Service in another namespace",
      "networking.replicateServices.toHost",
      [{ from: "a/b", to: "kube-system/c" }],
    ],
    ["a hostPath volume", "controlPlane.statefulSet.persistence.addVolumes", [HOST_PATH]],
    ["a hostPath under the data", "controlPlane.statefulSet.persistence.dataVolume", [HOST_PATH]],
    [
      "a hostPath under the binaries",
      "controlPlane.statefulSet.persistence.binariesVolume",
      [HOST_PATH],
    ],
    [
      "a claim of others",
      "controlPlane.statefulSet.persistence.volumeClaimTemplates",
      [{}, { a: 1 }],
    ],
    ["a mount", "controlPlane.statefulSet.persistence.addVolumeMounts", [{ name: "x" }]],
    [
      "a hostPath for etcd",
      "controlPlane.backingStore.etcd.deploy.statefulSet.persistence.addVolumes",
      [HOST_PATH],
    ],
    ["the host path mapper", "controlPlane.hostPathMapper.enabled", true],
    ["a privileged sidecar", "controlPlane.statefulSet.sidecarContainers", [GODMODE]],
    ["a privileged init container", "controlPlane.statefulSet.initContainers", [GODMODE]],
    [
      "a privileged control plane",
      "controlPlane.statefulSet.security.containerSecurityContext",
      { privileged: true },
    ],
    [
      "no security context at all",
      "controlPlane.statefulSet.security.containerSecurityContext",
      null,
    ],
    [
      "a privileged init container of the distro",
      "controlPlane.distro.k8s.securityContext",
      { privileged: true },
    ],
    [
      "a privileged etcd",
      "controlPlane.backingStore.etcd.deploy.statefulSet.security.podSecurityContext",
      { runAsUser: 0 },
    ],
    ["a command", "controlPlane.statefulSet.command", ["sh", "-c"]],
    ["arguments", "controlPlane.statefulSet.args", ["-x"]],
    [
      "an environment from a Secret",
      "controlPlane.statefulSet.env",
      [{ name: "X", valueFrom: { secretKeyRef: {} } }],
    ],
    [
      "an environment of the distro",
      "controlPlane.distro.k8s.env",
      [{ name: "LD_PRELOAD", value: "/x" }],
    ],
    ["an API server of one's own", "controlPlane.distro.k8s.apiServer.command", ["/bin/sh"]],
    [
      "a flag that reads files",
      "controlPlane.distro.k8s.apiServer.extraArgs",
      ["--audit-policy-file=/etc/shadow"],
    ],
    [
      "a flag with a line break",
      "controlPlane.distro.k8s.apiServer.extraArgs",
      ["--v=1\n--token-auth-file=/x"],
    ],
    [
      "a flag of the store",
      "controlPlane.distro.k8s.apiServer.extraArgs",
      ["--etcd-servers=http://x"],
    ],
    [
      "a weaker admission",
      "controlPlane.distro.k8s.apiServer.extraArgs",
      ["--disable-admission-plugins=PodSecurity"],
    ],
    [
      "a flag of etcd",
      "controlPlane.backingStore.etcd.deploy.statefulSet.extraArgs",
      ["--client-cert-auth=false"],
    ],
    [
      "a kine flag",
      "controlPlane.backingStore.database.embedded.extraArgs",
      ["--endpoint=mysql://x"],
    ],
    [
      "a system priority",
      "controlPlane.statefulSet.scheduling.priorityClassName",
      "system-node-critical",
    ],
    ["a system priority for tenants", "sync.toHost.pods.priorityClassName", "system-node-critical"],
    ["another runtime", "controlPlane.statefulSet.runtimeClassName", "unsafe"],
    ["host aliases", "controlPlane.statefulSet.hostAliases", [{ ip: "1.2.3.4", hostnames: ["x"] }]],
    ["an image of the syncer", "controlPlane.statefulSet.image.repository", "evil"],
    ["an image of CoreDNS", "controlPlane.coredns.deployment.image", "evil"],
    ["another registry", "controlPlane.advanced.defaultImageRegistry", "evil.example.com"],
    ["manifests of CoreDNS", "controlPlane.coredns.overwriteManifests", "kind: Pod"],
    ["virtual PersistentVolumes on the host", "sync.toHost.persistentVolumes.enabled", true],
    ["virtual StorageClasses on the host", "sync.toHost.storageClasses.enabled", true],
    ["virtual PriorityClasses on the host", "sync.toHost.priorityClasses.enabled", true],
    ["labels on nodes of the host", "sync.fromHost.nodes.syncBackChanges", true],
    ["a node port", "controlPlane.service.spec.type", "NodePort"],
    ["external addresses", "controlPlane.service.spec.externalIPs", ["8.8.8.8"]],
    ["another selector", "controlPlane.service.spec.selector", { app: "other" }],
    [
      "a cloud load balancer",
      "controlPlane.service.annotations",
      { "service.beta.kubernetes.io/x": "y" },
    ],
    [
      "an nginx snippet",
      "controlPlane.ingress.annotations",
      { "nginx.ingress.kubernetes.io/configuration-snippet": "x" },
    ],
    [
      "an nginx injection",
      "controlPlane.ingress.annotations",
      { "nginx.ingress.kubernetes.io/proxy-body-size": '1m; } server { "' },
    ],
    [
      "external authentication",
      "controlPlane.ingress.annotations",
      { "nginx.ingress.kubernetes.io/auth-url": "http://x" },
    ],
    [
      "a backend of one's own",
      "controlPlane.ingress.spec.defaultBackend",
      { service: { name: "x" } },
    ],
    [
      "a template in an ingress",
      "controlPlane.ingress.spec.ingressClassName",
      '{{ lookup "v1" "Secret" "kube-system" "x" }}',
    ],
    ["a template in a host", "controlPlane.ingress.host", "{{ .Values }}"],
    [
      "an injected sidecar",
      "controlPlane.statefulSet.pods.annotations",
      { "sidecar.istio.io/inject": "true" },
    ],
    [
      "unconfined AppArmor",
      "controlPlane.statefulSet.pods.annotations",
      { "container.apparmor.security.beta.kubernetes.io/syncer": "unconfined" },
    ],
    [
      "a cloud identity for workloads",
      "controlPlane.advanced.workloadServiceAccount.annotations",
      { "eks.amazonaws.com/role-arn": "x" },
    ],
    ["the selector labels", "controlPlane.statefulSet.pods.labels", { app: "other" }],
    [
      "labels of the syncer",
      "controlPlane.statefulSet.pods.labels",
      { "vcluster.loft.sh/managed-by": "x" },
    ],
    [
      "marks of the operator",
      "controlPlane.advanced.globalMetadata.annotations",
      { "openvcluster.io/force-delete": "true" },
    ],
    [
      "marks of Helm",
      "controlPlane.advanced.globalMetadata.annotations",
      { "helm.sh/resource-policy": "keep" },
    ],
    ["a key with a line break", "policies.networkPolicy.labels", { "a: b\nspec": "x" }],
    [
      "a class name with a line break",
      "controlPlane.statefulSet.pods.labels",
      { a: "b\nhostNetwork: true" },
    ],
    [
      "the workloads' ServiceAccount",
      "controlPlane.advanced.workloadServiceAccount.name",
      "vc-demo",
    ],
    [
      "a kubeconfig in another namespace",
      "exportKubeConfig.additionalSecrets",
      [{ name: "x", namespace: "kube-system" }],
    ],
    [
      "a proxy to a Service of others",
      "integrations.metricsServer.apiService.service.namespace",
      "kube-system",
    ],
    ["files of the control plane", "experimental.virtualClusterKubeConfig.kubeConfig", "/etc/x"],
    ["a metrics address", "experimental.syncSettings.hostMetricsBindAddress", "0.0.0.0"],
    ["scraping every node", "experimental.nodeMonitors", [{ name: "x" }]],
    ["Helm in the control plane", "experimental.deploy.vcluster.helm", [{ chart: { name: "x" } }]],
    ["host names of others", "networking.advanced.fallbackHostCluster", true],
    ["a sync that is not in the schema", "experimental.syncSettings.disableSync", true],
    ["something new", "controlPlane.statefulSet.hostNetwork", true],
  ])("refuses %s", (_what, path, leaf) => {
    for (const chartVersion of CHARTS) {
      const values = valuesAt(parsePath(path) ?? [], leaf);
      expect(checkValues(values, { chartVersion, allowed: [] })).not.toEqual([]);
    }
  });

  it("refuses a scalar where values of the operator lie below", () => {
    const refusals = check({ controlPlane: null, experimental: "x", policies: [1] });
    expect(refusals.map(({ path, class: kind }) => [path, kind])).toEqual([
      ["controlPlane", "malformed"],
      ["experimental", "malformed"],
      ["policies[0]", "reach"],
    ]);
  });

  it.each(["__proto__", "constructor", "prototype"])("refuses the key %s anywhere", (key) => {
    const values = JSON.parse(`{"logging":{"a":[{"${key}":{"x":1}}]}}`) as JsonObject;
    expect(check(values).map((refusal) => refusal.class)).toEqual(["malformed"]);
  });

  it("refuses values that are too deep or too large", () => {
    const deep = valuesAt(
      Array.from({ length: 40 }, () => "a"),
      1,
    );
    expect(check(deep)[0]?.reason).toMatch(/deeper than 32/);
    expect(check({ logging: { x: "a".repeat(300_000) } })[0]?.reason).toMatch(/256 KiB/);
  });
});

describe("allowed values", () => {
  it.each<[string, string, JsonValue]>([
    ["log format", "logging.encoding", "json"],
    ["a sync switch", "sync.toHost.ingresses.enabled", true],
    ["nodes", "sync.fromHost.nodes", { enabled: true, selector: { labels: { zone: "a" } } }],
    ["an auto switch", "sync.fromHost.storageClasses.enabled", "auto"],
    ["a resolver", "controlPlane.statefulSet.dnsConfig.nameservers", ["1.1.1.1"]],
    [
      "a node selector",
      "controlPlane.statefulSet.scheduling.nodeSelector",
      { "node.kubernetes.io/x": "y" },
    ],
    [
      "tolerations",
      "controlPlane.statefulSet.scheduling.tolerations",
      [{ key: "a", operator: "Exists" }],
    ],
    [
      "a flag",
      "controlPlane.distro.k8s.apiServer.extraArgs",
      ["--v=4", "--oidc-issuer-url=https://id.example.com"],
    ],
    [
      "a flag of etcd",
      "controlPlane.backingStore.etcd.deploy.statefulSet.extraArgs",
      ["--quota-backend-bytes=8589934592"],
    ],
    ["certificate names", "controlPlane.proxy.extraSANs", ["*.example.com", "10.0.0.1"]],
    ["an issuer", "controlPlane.ingress.annotations", { "cert-manager.io/cluster-issuer": "prod" }],
    ["a label", "controlPlane.statefulSet.pods.labels", { team: "a" }],
    ["scraping", "controlPlane.statefulSet.pods.annotations", { "prometheus.io/scrape": "true" }],
    ["a Corefile", "controlPlane.coredns.overwriteConfig", ".:1053 {\n  errors\n}\n"],
    [
      "manifests inside",
      "experimental.deploy.vcluster.manifests",
      "kind: Namespace\n---\n# {{ text }}\n",
    ],
    [
      "a plugin",
      "plugins.p",
      { image: "ghcr.io/a/b:1@sha256:00", config: { any: "thing\n{{ x }}", "odd key": 1 } },
    ],
    ["metrics", "integrations.metricsServer.enabled", true],
    ["node ports in the quota", 'policies.resourceQuota.quota["services.nodeports"]', 3],
    ["a Service on the host", "networking.replicateServices.toHost", [{ from: "a/b", to: "c" }]],
    ["an empty object", "controlPlane.statefulSet", {}],
    [
      "a default that is deleted",
      "controlPlane.coredns.deployment.topologySpreadConstraints",
      null,
    ],
  ])("lets %s through", (_what, path, leaf) => {
    expect(check(valuesAt(parsePath(path) ?? [], leaf))).toEqual([]);
  });
});

describe("the tables", () => {
  const cases = DENY_GROUPS.flatMap((group) => group.paths.map((path) => [path, group] as const));

  it.each(cases)("refuse %s with its class, reason and advice", (text, group) => {
    const path = (parsePath(text) ?? []).map((segment) => (segment === "*" ? "x" : segment));
    const line = supportedChartLines().find(
      (chart) => group.before === undefined || chart.line < group.before,
    );
    const chartVersion = group.from === undefined ? (line?.tested ?? "") : "0.36.1";
    for (const leaf of [true, "x", 7, null]) {
      const refusals = checkValues(valuesAt(path, leaf), { chartVersion, allowed: [] });
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).toMatchObject({ class: group.class, reason: group.reason });
    }
  });

  it("never allow a path above one that they refuse", () => {
    for (const { line } of supportedChartLines()) {
      const verdicts = verdictsFor(line);
      const denied = verdicts.filter(({ kind }) => kind === "deny");
      const above = verdicts.filter(
        (verdict) =>
          verdict.kind === "allow" &&
          denied.some(({ pattern }) => isAbove(verdict.pattern, pattern)),
      );
      expect(above.map(({ pattern }) => pattern.join("."))).toEqual([]);
    }
  });

  it("name each path once for a chart", () => {
    for (const { line } of supportedChartLines()) {
      const names = verdictsFor(line).map(({ pattern }) => pattern.join("\u0000"));
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    }
  });

  it("tell charts apart where they differ", () => {
    const values = { sync: { toHost: { volumeSnapshots: {} } } };
    const classes = CHARTS.map(
      (chartVersion) => checkValues(values, { chartVersion, allowed: [] })[0]?.class,
    );
    expect(classes).toEqual(["reach", "reach", "reach", "inert"]);
  });

  it("refuse what they do not know, whatever it is", () => {
    const known = new Set(verdictsFor("0.36").map(({ pattern }) => pattern[0]));
    fc.assert(
      fc.property(fc.string(), fc.jsonValue({ maxDepth: 2 }), (key, value) => {
        fc.pre(!known.has(key));
        expect(check({ [key]: value as JsonValue })).not.toEqual([]);
      }),
    );
    expect(governing(verdictsFor("0.36"), ["surely", "unknown"])).toBeUndefined();
  });
});

describe("the operator's configuration", () => {
  const sidecar = { controlPlane: { statefulSet: { sidecarContainers: [{ args: ["a\nb"] }] } } };

  it("lets a path of class reach through", () => {
    expect(check(sidecar)).toHaveLength(1);
    expect(check(sidecar, ["controlPlane.statefulSet.sidecarContainers"])).toEqual([]);
    expect(check(sidecar, ["controlPlane.statefulSet.*"])).toEqual([]);
    expect(check(sidecar, ["controlPlane.statefulSet.sidecarContainers.*.image"])).toHaveLength(1);
  });

  it("lets single annotations through", () => {
    const annotations = { "service.beta.kubernetes.io/x": "y" };
    const values = { controlPlane: { service: { annotations } } };
    const allowed = ['controlPlane.service.annotations["service.beta.kubernetes.io/x"]'];
    expect(check(values, allowed)).toEqual([]);
    expect(check(values, ['controlPlane.service.annotations["other"]'])).toHaveLength(1);
  });

  it("never lets owned or inert paths through", () => {
    const values = {
      telemetry: { enabled: true },
      sleep: { auto: {} },
      privateNodes: { enabled: true },
    };
    const all = ["*", "telemetry", "sleep", "privateNodes"];
    expect(
      check(values, all)
        .map((refusal) => refusal.class)
        .sort(),
    ).toEqual(["inert", "inert", "owned"]);
  });

  it("never lets a template through", () => {
    const addVolumes = [{ name: '{{ lookup "v1" "Secret" "kube-system" "x" }}' }];
    const values = { controlPlane: { statefulSet: { persistence: { addVolumes } } } };
    expect(check(values, ["controlPlane.statefulSet.persistence.addVolumes"])).toMatchObject([
      { class: "malformed" },
    ]);
  });
});
