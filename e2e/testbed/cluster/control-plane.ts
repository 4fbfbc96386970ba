import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "../binaries/locate.ts";
import type { Components } from "../component.ts";
import { isLoopback } from "../host/address.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import {
  type Authority,
  createAuthority,
  createSigningKey,
  type KeyPair,
  openAuthority,
  writePair,
} from "./pki.ts";
import { probe } from "./probe.ts";

/** What a control plane is made of. */
export interface ControlPlaneSpec {
  readonly directory: string;
  /** Address on which etcd and the API server listen. */
  readonly address: string;
  readonly ports: {
    readonly api: number;
    readonly etcd: number;
    readonly etcdPeer: number;
  };
  /** First address of the service range, e.g. `10.96.0.1`; the range is its /16. */
  readonly serviceNetwork: string;
  /** Writes survive a crash of the machine; slower. For benchmarks. */
  readonly durable: boolean;
  readonly apiServerArgs: readonly string[];
  readonly signal?: AbortSignal;
}

/** A ready API server and the credentials to use it. */
export interface ControlPlane {
  readonly server: string;
  readonly authority: Authority;
  readonly admin: KeyPair;
  readonly kubeconfigPath: string;
  readonly files: ControlPlaneFiles;
  readonly etcdEndpoint: string;
}

/** Paths of the PKI files of a control plane. */
interface ControlPlaneFiles {
  readonly ca: string;
  readonly etcdClient: { readonly certFile: string; readonly keyFile: string };
  readonly signingKey: string;
}

interface Pki extends ControlPlaneFiles {
  readonly authority: Authority;
  readonly admin: KeyPair;
  readonly server: { readonly certFile: string; readonly keyFile: string };
  readonly kubeletClient: { readonly certFile: string; readonly keyFile: string };
  readonly signingPub: string;
}

const READY_TIMEOUT_MS = 60_000;

/** Starts etcd and the API server and waits until `/readyz` says ok. */
export async function startControlPlane(
  spec: ControlPlaneSpec,
  binaries: Binaries<"etcd" | "kube-apiserver">,
  components: Components,
): Promise<ControlPlane> {
  const pki = await writePki(spec);
  const server = `https://${spec.address}:${spec.ports.api}`;
  const etcdEndpoint = `https://${spec.address}:${spec.ports.etcd}`;
  const wait = { timeoutMs: READY_TIMEOUT_MS, ...(spec.signal ? { signal: spec.signal } : {}) };
  await components.start({ name: "etcd", argv: [binaries.etcd, ...etcdArgs(spec, pki)] });
  await components.start({
    name: "kube-apiserver",
    argv: [binaries["kube-apiserver"], ...apiServerArgs(spec, pki, etcdEndpoint)],
  });
  const target = { ca: pki.authority.caCert, ...pki.admin };
  const answers = (url: string) => async (): Promise<boolean> =>
    (await probe({ ...target, url }))?.status === 200;
  await components.untilReady("etcd", answers(`${etcdEndpoint}/health`), wait);
  await components.untilReady("kube-apiserver", answers(`${server}/readyz`), wait);
  const kubeconfigPath = join(spec.directory, "kubeconfig");
  writeFileSync(kubeconfigPath, kubeconfigText(server, pki.authority.caCert, pki.admin), {
    mode: 0o600,
  });
  return {
    server,
    etcdEndpoint,
    kubeconfigPath,
    files: pki,
    authority: pki.authority,
    admin: pki.admin,
  };
}

async function writePki(spec: ControlPlaneSpec): Promise<Pki> {
  const directory = join(spec.directory, "pki");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const authority = await createAuthority(new Date());
  const kubernetesService = spec.serviceNetwork;
  const [server, admin, kubeletClient, signing] = await Promise.all([
    authority.issue(servingRequest([spec.address, kubernetesService])),
    authority.issue({ commonName: "testbed-admin", organization: "system:masters" }),
    authority.issue({
      commonName: "kube-apiserver-kubelet-client",
      organization: "system:masters",
    }),
    createSigningKey(),
  ]);
  const ca = join(directory, "ca.crt");
  const signingKey = join(directory, "service-account.key");
  const signingPub = join(directory, "service-account.pub");
  writeFileSync(ca, authority.caCert);
  writeFileSync(join(directory, "ca.key"), authority.caKey, { mode: 0o600 });
  writeFileSync(signingKey, signing.key, { mode: 0o600 });
  writeFileSync(signingPub, signing.pub);
  return {
    authority,
    admin,
    ca,
    signingKey,
    signingPub,
    server: writePair(directory, "server", server),
    etcdClient: writePair(directory, "admin", admin),
    kubeletClient: writePair(directory, "kubelet-client", kubeletClient),
  };
}

/**
 * Gives the API server of a testbed another certificate of the same authority; it is served within a minute, without a
 * restart.
 *
 * @param addresses - what clients call it by, besides its usual names
 */
export async function rotateServingCertificate(
  directory: string,
  addresses: readonly string[],
): Promise<KeyPair> {
  const pki = join(directory, "pki");
  const read = (name: string): string => readFileSync(join(pki, name), "utf8");
  const authority = await openAuthority({ cert: read("ca.crt"), key: read("ca.key") });
  const pair = await authority.issue(servingRequest(addresses));
  writePair(pki, "server", pair);
  return pair;
}

function servingRequest(addresses: readonly string[]): Parameters<Authority["issue"]>[0] {
  const names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  return {
    commonName: "kube-apiserver",
    hosts: [...addresses, "127.0.0.1", "localhost", ...names, `${names[2]}.cluster.local`],
  };
}

function etcdArgs(spec: ControlPlaneSpec, pki: Pki): string[] {
  const client = `https://${spec.address}:${spec.ports.etcd}`;
  const peer = `http://127.0.0.1:${spec.ports.etcdPeer}`;
  return [
    "--name=testbed",
    `--data-dir=${join(spec.directory, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=testbed=${peer}`,
    `--cert-file=${pki.server.certFile}`,
    `--key-file=${pki.server.keyFile}`,
    `--trusted-ca-file=${pki.ca}`,
    "--client-cert-auth",
    "--quota-backend-bytes=4294967296",
    "--log-level=warn",
    ...(spec.durable ? [] : ["--unsafe-no-fsync"]),
  ];
}

function apiServerArgs(spec: ControlPlaneSpec, pki: Pki, etcdEndpoint: string): string[] {
  return [
    `--bind-address=${spec.address}`,
    `--secure-port=${spec.ports.api}`,
    `--advertise-address=${spec.address}`,
    // The Endpoints object refuses loopback addresses, so nothing is published for one.
    ...(isLoopback(spec.address) ? ["--endpoint-reconciler-type=none"] : []),
    `--etcd-servers=${etcdEndpoint}`,
    `--etcd-cafile=${pki.ca}`,
    `--etcd-certfile=${pki.etcdClient.certFile}`,
    `--etcd-keyfile=${pki.etcdClient.keyFile}`,
    `--tls-cert-file=${pki.server.certFile}`,
    `--tls-private-key-file=${pki.server.keyFile}`,
    `--client-ca-file=${pki.ca}`,
    `--kubelet-client-certificate=${pki.kubeletClient.certFile}`,
    `--kubelet-client-key=${pki.kubeletClient.keyFile}`,
    `--kubelet-certificate-authority=${pki.ca}`,
    "--kubelet-preferred-address-types=InternalIP",
    `--service-account-key-file=${pki.signingPub}`,
    `--service-account-signing-key-file=${pki.signingKey}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-cluster-ip-range=${spec.serviceNetwork.replace(/\.1$/, ".0")}/16`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--allow-privileged=true",
    ...spec.apiServerArgs,
  ];
}
