import type { AcceptedCreate, RefusedCreate } from "./refusal.ts";
import { type PlacedNode, schemaNodes } from "./schema-nodes.ts";
import { specWith } from "./spec-with.ts";

const COMPUTE = ["cpu", "memory", "ephemeral-storage"] as const;
const ETCD = { type: "etcd" } as const;
const EXTERNAL = {
  endpoint: "https://etcd.example.com:2379",
  tlsSecretRef: { name: "etcd" },
} as const;

const names: readonly RefusedCreate[] = [
  {
    at: "",
    message:
      "the name must have at most 40 lower case letters, digits and '-', start with a letter and end with a letter or digit: Services and pods are named after it",
    name: "a".repeat(41),
    spec: {},
  },
  {
    at: "",
    message:
      "the name must not be a word that YAML reads as a truth value or as nothing: choose a longer name",
    name: "yes",
    spec: {},
  },
  {
    at: "spec.targetNamespace",
    message: "must be a DNS label: at most 63 lower case letters, digits and '-'",
    spec: { targetNamespace: "Team_A" },
  },
  {
    at: "spec.targetNamespace",
    message:
      "this namespace belongs to the host cluster: choose another name, or leave targetNamespace unset",
    spec: { targetNamespace: "kube-system" },
  },
  {
    at: "spec.owner",
    message: "must not contain control characters",
    spec: { owner: "shop\nteam" },
  },
  {
    at: "spec.project",
    message:
      "must be a label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
    spec: { project: "shop/web" },
  },
];

const versions: readonly RefusedCreate[] = [
  {
    at: "spec.chart.version",
    message: "must be a chart version such as 0.36.1, without a leading v",
    spec: { chart: { version: "v0.36.1" } },
  },
  {
    at: "spec.kubernetesVersion",
    message: "must be a full Kubernetes version such as 1.36.0 or v1.36.0",
    spec: { kubernetesVersion: "1.36" },
  },
];

const DURATION =
  "must be a duration greater than zero and at most 24h, written with h, m and s in this order, for example 5m or 1h30m";

const power: readonly RefusedCreate[] = [
  {
    at: "spec.suspend.drainTimeout",
    message: DURATION,
    spec: { suspend: { drainTimeout: "5 min" } },
  },
  { at: "spec.resume.timeout", message: DURATION, spec: { resume: { timeout: "0s" } } },
  {
    at: "spec",
    message:
      "suspending an instance without a volume would erase it: keep powerState: Running, or create it with storage.persistent: true",
    spec: { powerState: "Suspended", storage: { persistent: false } },
  },
];

const stores: readonly RefusedCreate[] = [
  {
    at: "spec",
    message:
      "more than one control plane replica needs a shared store: create the instance with backingStore.type: etcd (or externalEtcd), or set controlPlane.replicas: 1",
    spec: { controlPlane: { replicas: 3 } },
  },
  {
    at: "spec.controlPlane.replicas",
    message:
      "replicas must be 1, 3 or 5: an even number adds no fault tolerance, and to stop a cluster set powerState: Suspended",
    spec: { controlPlane: { replicas: 2 }, backingStore: ETCD },
  },
  {
    at: "spec.backingStore",
    message: "the etcd block is only used with type: etcd: set the type, or remove the block",
    spec: { backingStore: { type: "sqlite", etcd: { replicas: 1 } } },
  },
  {
    at: "spec.backingStore",
    message: "type: externalEtcd and the externalEtcd block need each other: set both, or neither",
    spec: { backingStore: { type: "externalEtcd" } },
  },
  {
    at: "spec.backingStore.etcd.replicas",
    message: "etcd replicas must be 1 or 3: two members tolerate no failure",
    spec: { backingStore: { ...ETCD, etcd: { replicas: 2 } } },
  },
  {
    at: "spec.backingStore.externalEtcd.endpoint",
    message: "must be https://HOST:PORT, for example https://etcd.example.com:2379",
    spec: {
      backingStore: {
        type: "externalEtcd",
        externalEtcd: { ...EXTERNAL, endpoint: "http://etcd:2379" },
      },
    },
  },
  {
    at: "spec",
    message:
      "storage is the volume of an sqlite control plane: with type etcd use backingStore.etcd.storage, with externalEtcd remove it",
    spec: { backingStore: ETCD, storage: { size: "10Gi" } },
  },
  {
    at: "spec.storage",
    message:
      "size and storageClassName have no meaning with persistent: false: remove them, or set persistent: true",
    spec: { storage: { persistent: false, size: "10Gi" } },
  },
];

const network: readonly RefusedCreate[] = [
  {
    at: "spec.network.serviceCIDR",
    message:
      "must be a network range such as 10.96.0.0/12 with no host bits set, or an IPv4 and an IPv6 range separated by a comma",
    spec: { network: { serviceCIDR: "10.96.0.1/12" } },
  },
  {
    at: "spec.network.clusterDomain",
    message: "must be a DNS domain such as cluster.local",
    spec: { network: { clusterDomain: "cluster..local" } },
  },
  {
    at: "spec.network.dns.nameservers[]",
    message: "must be an IP address such as 10.96.0.10",
    spec: { network: { dns: { nameservers: ["dns.example.com"] } } },
  },
  {
    at: "spec.network.dns.options[]",
    message: "must be a resolver option such as ndots:2 or edns0",
    spec: { network: { dns: { options: ["ndots: 2"] } } },
  },
  {
    at: "spec.ingress.host",
    message: "must be a DNS name such as team-a.k8s.example.com",
    spec: { ingress: { host: "https://team-a" } },
  },
  {
    at: "spec.ingress.tls",
    message: "issuerKind needs issuerName: name the issuer, or remove issuerKind",
    spec: { ingress: { host: "a.example.com", tls: { secretName: "a", issuerKind: "Issuer" } } },
  },
];

const sync: readonly RefusedCreate[] = ["storageClasses", "priorityClasses"].map((kind) => ({
  at: "spec.sync",
  message: `${kind} cannot be synced in both directions: turn one of toHost.${kind} and fromHost.${kind} off`,
  spec: { sync: { toHost: { [kind]: true }, fromHost: { [kind]: true } } },
}));

// The same rules at their edges.
const edges: readonly RefusedCreate[] = [
  ...["kube-public", "kube-node-lease", "kube-foo", "default"].map((targetNamespace) => ({
    at: "spec.targetNamespace",
    message:
      "this namespace belongs to the host cluster: choose another name, or leave targetNamespace unset",
    spec: { targetNamespace },
  })),
  ...["25h", "1m30", "30s1m", "-5m", "1.5h"].map((drainTimeout) => ({
    at: "spec.suspend.drainTimeout",
    message: DURATION,
    spec: { suspend: { drainTimeout } },
  })),
  ...[0, -1, "0", "-1", "1 Gi", "1gb", "0.0"].map((storage) => ({
    at: "spec.quota.storage",
    message: "must be a Kubernetes quantity greater than zero, for example 100Gi",
    spec: { quota: { storage } },
  })),
  ...["10.96.0.0", "10.96.0.0/33", "fd00::/108,", "10.0.0.0/8,10.96.0.0/12,fd00::/108"].map(
    (serviceCIDR) => ({
      at: "spec.network.serviceCIDR",
      message:
        "must be a network range such as 10.96.0.0/12 with no host bits set, or an IPv4 and an IPv6 range separated by a comma",
      spec: { network: { serviceCIDR } },
    }),
  ),
  ...["1shop", "shop.web", "a".repeat(64)].map((name) => ({
    at: "",
    message:
      "the name must have at most 40 lower case letters, digits and '-', start with a letter and end with a letter or digit: Services and pods are named after it",
    name,
    spec: {},
  })),
];

/** Objects that stand at the edge of a rule and are accepted. */
export const ACCEPTED_CREATES: readonly AcceptedCreate[] = [
  { name: "a".repeat(40), spec: {} },
  { spec: { suspend: { drainTimeout: "24h" }, resume: { timeout: "1h30m5s" } } },
  {
    spec: {
      quota: { cpu: 2, limitsCPU: "2000m", memory: "1e9", limitsMemory: "1G", storage: ".5Gi" },
    },
  },
  { spec: { network: { serviceCIDR: "10.96.0.0/12,fd00::/108" } } },
  { spec: { network: { dns: { nameservers: ["fd00::a"], options: ["edns0", "ndots:2"] } } } },
  { spec: { chart: { version: "0.37.0-alpha.1" }, kubernetesVersion: "v1.36.0", distro: "k8s" } },
  { spec: { controlPlane: { replicas: 5 }, backingStore: ETCD } },
  {
    spec: {
      controlPlane: { replicas: 3 },
      backingStore: { type: "externalEtcd", externalEtcd: EXTERNAL },
    },
  },
  { spec: { backingStore: { ...ETCD, etcd: {} }, powerState: "Suspended" } },
  {
    spec: {
      limits: {
        min: { cpu: "1" },
        defaultRequest: { cpu: "1000m" },
        default: { cpu: 1 },
        max: { cpu: 1 },
      },
    },
  },
  { spec: { sync: { toHost: { storageClasses: true }, fromHost: { storageClasses: false } } } },
];

const plugins: readonly RefusedCreate[] = [
  {
    at: "spec.plugins[].name",
    message: "must be a DNS label: at most 40 lower case letters, digits and '-'",
    spec: { plugins: [{ name: "My_Plugin", image: "ghcr.io/example/plugin:1.0.0" }] },
  },
  {
    at: "spec.plugins[].image",
    message: "must be an image reference such as ghcr.io/example/plugin:1.2.3",
    spec: { plugins: [{ name: "plugin", image: "ghcr.io/example/plugin 1" }] },
  },
];

const requestsAboveLimits: readonly RefusedCreate[] = COMPUTE.flatMap((key) => {
  const message = `the ${key} request exceeds the ${key} limit: raise limits.${key} or lower requests.${key}`;
  const resources = { requests: { [key]: "2Gi" }, limits: { [key]: 1 } };
  return [
    { at: "spec.controlPlane.resources", message, spec: { controlPlane: { resources } } },
    {
      at: "spec.backingStore.etcd.resources",
      message,
      spec: { backingStore: { ...ETCD, etcd: { resources } } },
    },
  ];
});

const quota: readonly RefusedCreate[] = [
  {
    at: "spec.quota",
    message: "cpu exceeds limitsCPU: the sum of requests cannot be above the sum of limits",
    spec: { quota: { cpu: 4, limitsCPU: "3500m" } },
  },
  {
    at: "spec.quota",
    message: "memory exceeds limitsMemory: the sum of requests cannot be above the sum of limits",
    spec: { quota: { memory: "2Gi", limitsMemory: "2G" } },
  },
];

const ORDER = ["min", "defaultRequest", "default", "max"] as const;

const limits: readonly RefusedCreate[] = COMPUTE.flatMap((key) =>
  ORDER.flatMap((low, index) =>
    ORDER.slice(index + 1).map((high) => ({
      at: "spec.limits",
      message: `${low}.${key} exceeds ${high}.${key}: the order is min ≤ defaultRequest ≤ default ≤ max`,
      spec: { limits: { [low]: { [key]: "2" }, [high]: { [key]: "1500m" } } },
    })),
  ),
);

/** The same sentence stands at many places: one refused object for each of them. */
function everywhere(nodes: readonly PlacedNode[]): readonly RefusedCreate[] {
  return nodes.flatMap(({ path, node }) =>
    (node["x-kubernetes-validations"] ?? []).flatMap(({ message }) => {
      const bad = badValue(message);
      return bad === undefined
        ? []
        : [{ at: path, message, spec: specWith("VClusterInstance", path, bad) }];
    }),
  );
}

function badValue(message: string): string | undefined {
  if (message.startsWith("must be a Kubernetes quantity")) return "lots";
  return message.endsWith(": lower case letters, digits, '-' and '.'") ? "Not_A_Name" : undefined;
}

/** One refused object for each rule that looks at new objects. */
export const REFUSED_CREATES: readonly RefusedCreate[] = [
  ...names,
  ...versions,
  ...power,
  ...stores,
  ...requestsAboveLimits,
  ...network,
  ...sync,
  ...quota,
  ...limits,
  ...plugins,
  ...everywhere(schemaNodes("VClusterInstance")),
  ...edges,
];
