import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { ControlPlane } from "../cluster/control-plane.ts";
import { kubeconfigText } from "../cluster/kubeconfig.ts";
import { writePair } from "../cluster/pki.ts";
import { probe } from "../cluster/probe.ts";
import type { Components } from "../component.ts";
import { RUNTIME_SOCKET } from "./containerd.ts";
import type { NodeMachine } from "./machine.ts";
import type { Subnets } from "./subnet.ts";

/** What the programs of a node need to know. */
export interface NodeSpec {
  readonly directory: string;
  readonly nodeName: string;
  readonly subnets: Subnets;
  readonly clusterDns: string;
  readonly binaries: {
    readonly kubelet: string;
    readonly "kube-proxy": string;
    readonly "kube-scheduler": string;
  };
  readonly signal?: AbortSignal;
}

/** Starts scheduler, kubelet and kube-proxy and waits until the node is Ready. */
export async function startNode(
  spec: NodeSpec,
  plane: ControlPlane,
  machine: NodeMachine,
  components: Components,
): Promise<void> {
  const start = async (name: string, argv: readonly string[]): Promise<void> => {
    await components.start({ name, argv: machine.wrap(argv), forks: true });
  };
  await start("kube-scheduler", [
    spec.binaries["kube-scheduler"],
    `--kubeconfig=${plane.kubeconfigPath}`,
    "--leader-elect=false",
  ]);
  await start("kubelet", [spec.binaries.kubelet, ...(await kubeletArgs(spec, plane, machine))]);
  await start("kube-proxy", [
    spec.binaries["kube-proxy"],
    `--kubeconfig=${plane.kubeconfigPath}`,
    "--proxy-mode=nftables",
    `--hostname-override=${spec.nodeName}`,
    `--cluster-cidr=${spec.subnets.podNetwork}/16`,
    // The table of tracked connections belongs to the whole machine.
    "--conntrack-max-per-core=0",
    "--conntrack-tcp-timeout-established=0s",
    "--conntrack-tcp-timeout-close-wait=0s",
  ]);
  const url = `${plane.server}/api/v1/nodes/${spec.nodeName}`;
  const target = { url, ca: plane.authority.caCert, ...plane.admin };
  await components.untilReady("kubelet", async () => isNodeReady((await probe(target))?.text), {
    timeoutMs: 90_000,
    ...(spec.signal ? { signal: spec.signal } : {}),
  });
}

function isNodeReady(text: string | undefined): boolean {
  if (text === undefined) return false;
  const node = JSON.parse(text) as {
    readonly status?: { readonly conditions?: readonly { type: string; status: string }[] };
  };
  return node.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false;
}

async function kubeletArgs(
  spec: NodeSpec,
  plane: ControlPlane,
  machine: NodeMachine,
): Promise<readonly string[]> {
  const root = join(spec.directory, "node");
  const pair = await plane.authority.issue({
    commonName: `system:node:${spec.nodeName}`,
    organization: "system:nodes",
    hosts: [spec.nodeName, spec.subnets.nodeAddress],
  });
  const { certFile, keyFile } = writePair(join(spec.directory, "pki"), "kubelet", pair);
  const kubeconfig = join(root, "kubelet.kubeconfig");
  writeFileSync(kubeconfig, kubeconfigText(plane.server, plane.authority.caCert, pair), {
    mode: 0o600,
  });
  const resolvConf = join(root, "resolv.conf");
  // Pods with the node's DNS, the virtual CoreDNS among them, refuse an empty list of servers.
  writeFileSync(resolvConf, `nameserver ${spec.clusterDns}\n`);
  const config = join(root, "kubelet.yaml");
  writeFileSync(
    config,
    stringify(kubeletConfig(spec, plane, machine, { certFile, keyFile, resolvConf })),
  );
  return [
    `--config=${config}`,
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${spec.nodeName}`,
    `--node-ip=${spec.subnets.nodeAddress}`,
  ];
}

function kubeletConfig(
  spec: NodeSpec,
  plane: ControlPlane,
  machine: NodeMachine,
  files: { readonly certFile: string; readonly keyFile: string; readonly resolvConf: string },
): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: { x509: { clientCAFile: plane.files.ca }, anonymous: { enabled: false } },
    containerRuntimeEndpoint: `unix://${RUNTIME_SOCKET}`,
    tlsCertFile: files.certFile,
    tlsPrivateKeyFile: files.keyFile,
    clusterDomain: "cluster.local",
    clusterDNS: [spec.clusterDns],
    resolvConf: files.resolvConf,
    cgroupDriver: "cgroupfs",
    // Our own subtree: each kubelet removes pods that it does not know from the one it is given.
    cgroupRoot: machine.cgroupRoot,
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    maxPods: 250,
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "1%",
      "imagefs.available": "1%",
    },
    // Tests wait for what pods do; the defaults are made for large clusters.
    syncFrequency: "10s",
    registryPullQPS: 0,
    kubeAPIQPS: 200,
    kubeAPIBurst: 400,
  };
}
