import { isIP } from "node:net";

/** Where a virtual control plane lives: what its certificates are bound to. */
export interface ControlPlaneIdentity {
  /** Helm release, which is also the Service's name. */
  readonly name: string;
  readonly namespace: string;
  /** DNS domain inside the virtual cluster, such as `cluster.local`. */
  readonly clusterDomain: string;
  /** The same list as `controlPlane.proxy.extraSANs` in the values: vcluster adds them to the etcd certificates. */
  readonly extraSANs: readonly string[];
}

/** Members that vcluster names one by one in the etcd certificates; further ones are covered by the wildcards. */
const NAMED_MEMBERS = 5;

/**
 * Subject alternative names of etcd's server and peer certificates, DNS names and addresses mixed. Pure.
 *
 * Source: vcluster `pkg/certs/ensure.go` (`GetEtcdExtraSANs`) after kubeadm's `getAltNames`.
 */
export function etcdAlternativeNames(identity: ControlPlaneIdentity): readonly string[] {
  const { name, namespace, clusterDomain } = identity;
  const etcd = `${name}-etcd`;
  return unique([
    name,
    "localhost",
    "127.0.0.1",
    "::1",
    etcd,
    `${etcd}-headless`,
    `${etcd}.${namespace}`,
    `${etcd}.${namespace}.svc`,
    ...[name, etcd].flatMap((service) =>
      wildcards(`*.${service}-headless`, namespace, clusterDomain),
    ),
    ...ordinals().flatMap((ordinal) =>
      [name, etcd].flatMap((service) => memberNames(service, ordinal, namespace)),
    ),
    ...identity.extraSANs.filter(isUsable),
  ]);
}

/**
 * Subject alternative names of the virtual kube-apiserver's own serving certificate. Pure.
 *
 * Only the syncer dials it, on the loopback: clients meet the proxy's certificate, which the syncer signs in memory
 * and renews whenever a name is missing. So an unknown Service range costs nothing here.
 *
 * Source: kubeadm `GetAPIServerAltNames`.
 */
export function apiServerAlternativeNames(
  identity: ControlPlaneIdentity,
  firstServiceIP: string | undefined,
): readonly string[] {
  return unique([
    identity.name,
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    `kubernetes.default.svc.${identity.clusterDomain}`,
    ...(firstServiceIP === undefined ? [] : [firstServiceIP]),
    "127.0.0.1",
  ]);
}

const HOST_NAME = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** kubeadm leaves out what is neither an address nor a DNS name, perhaps with a wildcard (`appendSANsToAltNames`). */
function isUsable(name: string): boolean {
  return isIP(name) !== 0 || HOST_NAME.test(name);
}

function wildcards(base: string, namespace: string, clusterDomain: string): string[] {
  const service = `${base}.${namespace}`;
  return [base, service, `${service}.svc`, `${service}.svc.${clusterDomain}`];
}

function memberNames(service: string, ordinal: number, namespace: string): string[] {
  const host = `${service}-${ordinal}`;
  const governed = `${host}.${service}-headless`;
  return [host, governed, `${governed}.${namespace}`];
}

function ordinals(): number[] {
  return Array.from({ length: NAMED_MEMBERS }, (_, ordinal) => ordinal);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
