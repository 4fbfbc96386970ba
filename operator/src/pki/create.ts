import { stringify } from "yaml";
import {
  apiServerAlternativeNames,
  type ControlPlaneIdentity,
  etcdAlternativeNames,
} from "./alternative-names.ts";
import {
  type CertificateAuthority,
  createAuthority,
  type IssuedCertificate,
  issueLeaf,
  type LeafRequest,
} from "./certificate.ts";
import type { Authority, Leaf, Pki } from "./entries.ts";
import { createKeyPair, privateKeyPem, publicKeyPem } from "./key-pair.ts";

/** What the identity of a virtual cluster is made from. */
export interface PkiRequest extends ControlPlaneIdentity {
  /** Address of Service `kubernetes` inside, when the Service range is known before the installation. */
  readonly firstServiceIP?: string;
  /** Start of validity, epoch milliseconds. */
  readonly nowMs: number;
}

/** The virtual kube-apiserver as its own components dial it: loopback, kubeadm's port. */
const LOCAL_SERVER = "https://127.0.0.1:6443";

/**
 * Makes every entry of Secret `NAME-certs`, as vcluster's own start-up would with kubeadm code, but before the chart is
 * installed, so that etcd does not wait for a control plane.
 *
 * Elliptic P-256 keys: all of it takes tens of milliseconds. Authorities live ten years, leaves 365 days; vcluster
 * renews leaves with fewer than 90 days left by itself, from the authorities in the same Secret.
 */
export async function createPki(request: PkiRequest): Promise<Pki> {
  const { nowMs } = request;
  const [cluster, frontProxy, etcd] = await Promise.all([
    createAuthority("kubernetes", nowMs),
    createAuthority("front-proxy-ca", nowMs),
    createAuthority("etcd-ca", nowMs),
  ]);
  const [leaves, kubeconfigs] = await Promise.all([
    issueLeaves({ cluster, frontProxy, etcd }, request),
    issueKubeconfigs(cluster, nowMs),
  ]);
  return {
    ...authorityEntries("ca", cluster),
    ...authorityEntries("server-ca", cluster),
    ...authorityEntries("client-ca", cluster),
    ...authorityEntries("front-proxy-ca", frontProxy),
    ...authorityEntries("etcd-ca", etcd),
    ...leaves,
    ...serviceAccountEntries(),
    ...kubeconfigs,
  };
}

interface Authorities {
  readonly cluster: CertificateAuthority;
  readonly frontProxy: CertificateAuthority;
  readonly etcd: CertificateAuthority;
}

type LeafEntries = Pick<Pki, `${Leaf}.${"crt" | "key"}`>;
type KubeconfigEntries = Pick<Pki, "admin.conf" | "controller-manager.conf" | "scheduler.conf">;

async function issueLeaves(authorities: Authorities, request: PkiRequest): Promise<LeafEntries> {
  const { cluster, frontProxy, etcd } = authorities;
  const etcdMember: LeafRequest = {
    subject: { commonName: request.name },
    // etcd's gateway dials its own server with the serving certificate, so that one must be a client's as well.
    usage: "both",
    alternativeNames: etcdAlternativeNames(request),
  };
  const apiServer: LeafRequest = {
    subject: { commonName: "kube-apiserver" },
    usage: "server",
    alternativeNames: apiServerAlternativeNames(request, request.firstServiceIP),
  };
  const entries = await Promise.all([
    leafEntries("apiserver", cluster, apiServer, request.nowMs),
    leafEntries("apiserver-kubelet-client", cluster, KUBELET_CLIENT, request.nowMs),
    leafEntries("front-proxy-client", frontProxy, client("front-proxy-client"), request.nowMs),
    leafEntries("apiserver-etcd-client", etcd, client("kube-apiserver-etcd-client"), request.nowMs),
    leafEntries(
      "etcd-healthcheck-client",
      etcd,
      client("kube-etcd-healthcheck-client"),
      request.nowMs,
    ),
    leafEntries("etcd-server", etcd, etcdMember, request.nowMs),
    leafEntries("etcd-peer", etcd, etcdMember, request.nowMs),
  ]);
  return Object.assign({}, ...entries) as LeafEntries;
}

const KUBELET_CLIENT: LeafRequest = {
  subject: { commonName: "kube-apiserver-kubelet-client", organization: "kubeadm:cluster-admins" },
  usage: "client",
};

function client(commonName: string): LeafRequest {
  return { subject: { commonName }, usage: "client" };
}

async function leafEntries(
  leaf: Leaf,
  authority: CertificateAuthority,
  request: LeafRequest,
  nowMs: number,
): Promise<Record<string, string>> {
  const issued = await issueLeaf(authority, request, nowMs);
  return { [`${leaf}.crt`]: issued.certificatePem, [`${leaf}.key`]: issued.keyPem };
}

function authorityEntries<A extends Authority>(
  stem: A,
  authority: CertificateAuthority,
): Record<`${A}.${"crt" | "key"}`, string> {
  return { [`${stem}.crt`]: authority.certificatePem, [`${stem}.key`]: authority.keyPem } as Record<
    `${A}.${"crt" | "key"}`,
    string
  >;
}

function serviceAccountEntries(): Pick<Pki, "sa.key" | "sa.pub"> {
  const pair = createKeyPair();
  return { "sa.key": privateKeyPem(pair), "sa.pub": publicKeyPem(pair) };
}

async function issueKubeconfigs(
  authority: CertificateAuthority,
  nowMs: number,
): Promise<KubeconfigEntries> {
  const [admin, controllerManager, scheduler] = await Promise.all([
    componentKubeconfig(authority, SUPER_ADMIN, nowMs),
    componentKubeconfig(authority, client("system:kube-controller-manager"), nowMs),
    componentKubeconfig(authority, client("system:kube-scheduler"), nowMs),
  ]);
  return {
    "admin.conf": admin,
    "controller-manager.conf": controllerManager,
    "scheduler.conf": scheduler,
  };
}

/** vcluster renames kubeadm's `super-admin.conf` to `admin.conf` (`pkg/certs/ensure.go`). */
const SUPER_ADMIN: LeafRequest = {
  subject: { commonName: "kubernetes-super-admin", organization: "system:masters" },
  usage: "client",
};

async function componentKubeconfig(
  authority: CertificateAuthority,
  request: LeafRequest,
  nowMs: number,
): Promise<string> {
  const issued = await issueLeaf(authority, request, nowMs);
  return renderComponentKubeconfig(request.subject.commonName, authority.certificatePem, issued);
}

/** The layout of kubeadm's `CreateWithCerts`: context `USER@kubernetes`. */
function renderComponentKubeconfig(
  user: string,
  authorityPem: string,
  issued: IssuedCertificate,
): string {
  const context = `${user}@kubernetes`;
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "kubernetes",
          cluster: { "certificate-authority-data": base64(authorityPem), server: LOCAL_SERVER },
        },
      ],
      contexts: [{ name: context, context: { cluster: "kubernetes", user } }],
      "current-context": context,
      users: [
        {
          name: user,
          user: {
            "client-certificate-data": base64(issued.certificatePem),
            "client-key-data": base64(issued.keyPem),
          },
        },
      ],
    },
    { lineWidth: 0 },
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
