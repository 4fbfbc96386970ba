import type { FieldBounds } from "./field-bounds.ts";

const VERSION_TAIL = "[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$";
const IP_PART = "[0-9A-Fa-f:.]+";

const dnsName = {
  pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
  maxLength: 253,
};
const annotations = { maxEntries: 32 };
const quota = { minimum: 0, maximum: 100_000 };

/** Bounds of the fields of a specification, by message and field. */
export const SPEC_BOUNDS: Readonly<Record<string, FieldBounds>> = {
  "VClusterSpec.kubernetes_version": { pattern: `^v?${VERSION_TAIL}`, maxLength: 32 },
  "VClusterSpec.chart_version": { pattern: `^${VERSION_TAIL}`, maxLength: 64 },
  "VClusterSpec.replicas": { oneOf: [1, 3, 5] },
  "VClusterSpec.distro": { oneOf: ["k8s", "k3s", "k0s", "eks"] },
  "VClusterSpec.isolation_mode": { oneOf: ["full", "lite", "none"] },
  "VClusterSpec.deletion_policy": { oneOf: ["Delete", "Retain", "Force"] },
  "VClusterSpec.plugins": { maxEntries: 16 },
  "VClusterSpec.target_namespace": {
    pattern: "^(?!default$|kube-)[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
    maxLength: 63,
  },
  "NetworkConfig.service_cidr": {
    pattern: `^${IP_PART}/[0-9]{1,3}(,${IP_PART}/[0-9]{1,3})?$`,
    maxLength: 91,
  },
  "DNSConfig.nameservers": { pattern: `^${IP_PART}$`, maxLength: 45, maxEntries: 3 },
  "DNSConfig.searches": { ...dnsName, maxEntries: 32 },
  "DNSConfig.options": { pattern: "^[a-z0-9-]+(:[^:\\s]+)?$", maxLength: 63, maxEntries: 16 },
  "StorageConfig.persistence_storage_class": dnsName,
  "IngressConfig.ingress_class": dnsName,
  "IngressConfig.hostname": dnsName,
  "IngressConfig.annotations": annotations,
  "TLSConfig.secret_name": dnsName,
  "TLSConfig.issuer_name": dnsName,
  "TLSConfig.issuer_kind": { oneOf: ["Issuer", "ClusterIssuer"] },
  "ServiceAccountConfig.name": dnsName,
  "ServiceAccountConfig.annotations": annotations,
  "BackingStoreConfig.type": { oneOf: ["sqlite", "etcd", "externalEtcd"] },
  "BackingStoreConfig.etcd_replicas": { oneOf: [1, 3] },
  "BackingStoreConfig.etcd_storage_class": dnsName,
  "BackingStoreConfig.external_endpoint": {
    pattern: "^https:\\/\\/[A-Za-z0-9.-]+:[0-9]{1,5}$",
    maxLength: 253,
  },
  "BackingStoreConfig.external_tls_secret": dnsName,
  "QuotaConfig.pods": quota,
  "QuotaConfig.services": quota,
  "QuotaConfig.secrets": quota,
  "QuotaConfig.config_maps": quota,
  "QuotaConfig.persistent_volume_claims": quota,
  "PluginConfig.name": { pattern: "^[a-z0-9](?:[-a-z0-9]{0,38}[a-z0-9])?$", maxLength: 40 },
  "PluginConfig.version": { pattern: "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", maxLength: 128 },
  "PluginConfig.image": { pattern: "^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,511}$", maxLength: 511 },
};
