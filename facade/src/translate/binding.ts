import { boundsAt } from "@open-vcluster/api";
import {
  annotations,
  type Codec,
  choice,
  count,
  objectText,
  quantity,
  text,
  texts,
  toggle,
} from "./codec.ts";
import { plugins } from "./plugins.ts";

/** Where one field of `VClusterSpec` is kept in the `spec` of a resource. */
export interface Binding {
  /** Path from the specification, in proto names. */
  readonly wire: string;
  /** Path from the `spec` of the resource. */
  readonly resource: readonly string[];
  readonly codec: Codec;
  /** Set if it never changes after creation; with what an unset field means, or undefined for a value of its own. */
  readonly fixed?: { readonly unsetIs: unknown };
  /** Set if `false` in the resource differs from absence: an update mask that names the field writes it. */
  readonly keepsFalse?: true;
}

const MAX_VALUES_BYTES = 256 * 1024;
const MAX_ANNOTATION_LENGTH = 4096;

const dnsName = (what: string): Codec =>
  text(
    boundsAt("IngressConfig.hostname"),
    `must be ${what}: lower case letters, digits, '-' and '.'`,
  );

const storageClass = dnsName("the name of a StorageClass");
const secretName = dnsName("the name of a Secret");
const quotaBounds = boundsAt("QuotaConfig.pods", "maximum");
const quotaCount = count(
  quotaBounds,
  `must be between 0 and ${quotaBounds.maximum}; 0 is no quota`,
);

const bind = (wire: string, resource: string, codec: Codec): Binding => ({
  wire,
  resource: resource.split("."),
  codec,
});
const fixed = (binding: Binding, unsetIs?: unknown): Binding => ({
  ...binding,
  fixed: { unsetIs },
});
const keepsFalse = (binding: Binding): Binding => ({ ...binding, keepsFalse: true });

const amounts = (wire: string, resource: string): readonly Binding[] => [
  bind(`${wire}.cpu`, `${resource}.cpu`, quantity),
  bind(`${wire}.memory`, `${resource}.memory`, quantity),
  bind(`${wire}.ephemeral_storage`, `${resource}.ephemeral-storage`, quantity),
];

const requirements = (kind: "request" | "limit"): readonly Binding[] =>
  (["cpu", "memory", "ephemeral_storage"] as const).map((amount) =>
    bind(
      `resources.${amount}_${kind}`,
      `controlPlane.resources.${kind}s.${amount.replace("_", "-")}`,
      quantity,
    ),
  );

/**
 * Every field of the specification that acts, and where: the one place that knows both sides. Fields
 * that only say whether others apply (`enable_ha`, `ingress.enabled` and its kind) are not kept.
 */
export const SPEC_BINDINGS: readonly Binding[] = [
  bind(
    "kubernetes_version",
    "kubernetesVersion",
    text(
      boundsAt("VClusterSpec.kubernetes_version"),
      "must be a full Kubernetes version such as 1.36.0 or v1.36.0",
    ),
  ),
  ...requirements("request"),
  ...requirements("limit"),
  bind(
    "replicas",
    "controlPlane.replicas",
    count(boundsAt("VClusterSpec.replicas"), "must be 1, 3 or 5; 0 is the default"),
  ),
  fixed(
    bind(
      "network.service_cidr",
      "network.serviceCIDR",
      text(
        boundsAt("NetworkConfig.service_cidr"),
        "must be a CIDR such as 10.96.0.0/12, or an IPv4 and an IPv6 one separated by a comma",
      ),
    ),
  ),
  keepsFalse(bind("network.enable_network_policies", "network.networkPolicies", toggle(true))),
  bind(
    "network.dns.nameservers",
    "network.dns.nameservers",
    texts(
      boundsAt("DNSConfig.nameservers", "maxEntries"),
      "must be an IP address such as 10.96.0.10",
    ),
  ),
  bind(
    "network.dns.searches",
    "network.dns.searches",
    texts(
      boundsAt("DNSConfig.searches", "maxEntries"),
      "must be a DNS domain such as corp.example.com",
    ),
  ),
  bind(
    "network.dns.options",
    "network.dns.options",
    texts(
      boundsAt("DNSConfig.options", "maxEntries"),
      "must be a resolver option such as ndots:2 or edns0",
    ),
  ),
  fixed(bind("storage.enable_persistence", "storage.persistent", toggle(true)), true),
  fixed(bind("storage.ephemeral", "storage.persistent", toggle(false)), true),
  fixed(bind("storage.persistence_size", "storage.size", quantity)),
  fixed(bind("storage.persistence_storage_class", "storage.storageClassName", storageClass)),
  fixed(bind("distro", "distro", choice(boundsAt("VClusterSpec.distro", "oneOf"))), "k8s"),
  bind("helm_values", "values", objectText(MAX_VALUES_BYTES)),
  bind("sync.sync_nodes", "sync.fromHost.nodes", toggle(true)),
  bind("sync.sync_persistent_volumes", "sync.toHost.persistentVolumes", toggle(true)),
  keepsFalse(bind("sync.sync_storage_classes", "sync.fromHost.storageClasses", toggle(true))),
  bind("sync.sync_ingresses", "sync.toHost.ingresses", toggle(true)),
  bind("sync.sync_priority_classes", "sync.fromHost.priorityClasses", toggle(true)),
  bind("sync.sync_network_policies", "sync.toHost.networkPolicies", toggle(true)),
  bind("sync.sync_pod_disruption_budgets", "sync.toHost.podDisruptionBudgets", toggle(true)),
  bind("plugins", "plugins", plugins),
  bind("ingress.ingress_class", "ingress.className", dnsName("the name of an IngressClass")),
  bind("ingress.hostname", "ingress.host", dnsName("a DNS name")),
  bind("ingress.tls.secret_name", "ingress.tls.secretName", secretName),
  bind("ingress.tls.issuer_name", "ingress.tls.issuerName", dnsName("the name of an issuer")),
  bind(
    "ingress.tls.issuer_kind",
    "ingress.tls.issuerKind",
    choice(boundsAt("TLSConfig.issuer_kind", "oneOf")),
  ),
  bind(
    "ingress.annotations",
    "ingress.annotations",
    annotations(boundsAt("IngressConfig.annotations", "maxEntries"), MAX_ANNOTATION_LENGTH),
  ),
  bind("service_account.name", "serviceAccount.name", dnsName("the name of a ServiceAccount")),
  bind(
    "service_account.annotations",
    "serviceAccount.annotations",
    annotations(boundsAt("ServiceAccountConfig.annotations", "maxEntries"), MAX_ANNOTATION_LENGTH),
  ),
  bind(
    "isolation_mode",
    "isolation.mode",
    choice(boundsAt("VClusterSpec.isolation_mode", "oneOf"), {
      full: "restricted",
      lite: "baseline",
    }),
  ),
  bind(
    "chart_version",
    "chart.version",
    text(
      boundsAt("VClusterSpec.chart_version"),
      "must be a chart version such as 0.36.1, without a leading v",
    ),
  ),
  fixed(
    bind(
      "backing_store.type",
      "backingStore.type",
      choice(boundsAt("BackingStoreConfig.type", "oneOf")),
    ),
    "sqlite",
  ),
  fixed(
    bind(
      "backing_store.etcd_replicas",
      "backingStore.etcd.replicas",
      count(boundsAt("BackingStoreConfig.etcd_replicas"), "must be 1 or 3; 0 is the default"),
    ),
  ),
  fixed(bind("backing_store.etcd_storage_size", "backingStore.etcd.storage.size", quantity)),
  fixed(
    bind(
      "backing_store.etcd_storage_class",
      "backingStore.etcd.storage.storageClassName",
      storageClass,
    ),
  ),
  fixed(
    bind(
      "backing_store.external_endpoint",
      "backingStore.externalEtcd.endpoint",
      text(
        boundsAt("BackingStoreConfig.external_endpoint"),
        "must be https://HOST:PORT, such as https://etcd.example.com:2379",
      ),
    ),
  ),
  fixed(
    bind(
      "backing_store.external_tls_secret",
      "backingStore.externalEtcd.tlsSecretRef.name",
      secretName,
    ),
  ),
  bind("quota.pods", "quota.pods", quotaCount),
  bind("quota.services", "quota.services", quotaCount),
  bind("quota.secrets", "quota.secrets", quotaCount),
  bind("quota.config_maps", "quota.configMaps", quotaCount),
  bind("quota.persistent_volume_claims", "quota.persistentVolumeClaims", quotaCount),
  bind("quota.cpu_requests", "quota.cpu", quantity),
  bind("quota.memory_requests", "quota.memory", quantity),
  bind("quota.cpu_limits", "quota.limitsCPU", quantity),
  bind("quota.memory_limits", "quota.limitsMemory", quantity),
  bind("quota.storage_requests", "quota.storage", quantity),
  bind("deletion_protection", "deletionProtection", toggle(true)),
  bind(
    "deletion_policy",
    "deletionPolicy",
    choice(boundsAt("VClusterSpec.deletion_policy", "oneOf")),
  ),
  fixed(
    bind(
      "target_namespace",
      "targetNamespace",
      text(
        boundsAt("VClusterSpec.target_namespace"),
        "must be a DNS label of at most 63 characters and no namespace of Kubernetes itself",
      ),
    ),
  ),
  ...amounts("limits.default_limits", "limits.default"),
  ...amounts("limits.default_requests", "limits.defaultRequest"),
  ...amounts("limits.min", "limits.min"),
  ...amounts("limits.max", "limits.max"),
];
