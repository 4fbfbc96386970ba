/**
 * Certificate authorities inside Secret `NAME-certs`, by file stem.
 *
 * `ca`, `server-ca` and `client-ca` are one authority under three names: vcluster splits them only for clusters that
 * came from k3s. Source: vcluster `pkg/certs/constants.go` (`certMap`), equal in 0.33 to 0.36.
 */
export const AUTHORITIES = ["ca", "server-ca", "client-ca", "front-proxy-ca", "etcd-ca"] as const;

/** Leaf certificates inside Secret `NAME-certs`, by file stem. */
export const LEAVES = [
  "apiserver",
  "apiserver-etcd-client",
  "apiserver-kubelet-client",
  "front-proxy-client",
  "etcd-server",
  "etcd-peer",
  "etcd-healthcheck-client",
] as const;

/** Kubeconfigs of the control plane's own components. */
const COMPONENT_KUBECONFIGS = ["admin.conf", "controller-manager.conf", "scheduler.conf"] as const;

/** File stem of an authority. */
export type Authority = (typeof AUTHORITIES)[number];
/** File stem of a leaf certificate. */
export type Leaf = (typeof LEAVES)[number];
/** One key of Secret `NAME-certs`. */
export type PkiEntry =
  | `${Authority | Leaf}.${"crt" | "key"}`
  | `sa.${"key" | "pub"}`
  | (typeof COMPONENT_KUBECONFIGS)[number];

/** A complete Secret `NAME-certs`: each entry is text (PEM, or YAML for `*.conf`). */
export type Pki = Readonly<Record<PkiEntry, string>>;

/** Every key that Secret `NAME-certs` holds: 26 certificates and keys, and three kubeconfigs. */
export const PKI_ENTRIES: readonly PkiEntry[] = [
  ...[...AUTHORITIES, ...LEAVES].flatMap((stem): PkiEntry[] => [`${stem}.crt`, `${stem}.key`]),
  "sa.key",
  "sa.pub",
  ...COMPONENT_KUBECONFIGS,
];

/**
 * Tells whether Secret data holds every entry. Pure.
 *
 * The syncer refuses to start on an empty entry, and treats a missing leaf as one to renew.
 */
export function isCompletePki(
  entries: Readonly<Record<string, string | undefined>>,
): entries is Pki {
  return PKI_ENTRIES.every((entry) => (entries[entry] ?? "").length > 0);
}
