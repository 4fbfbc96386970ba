import { writeImage } from "@open-vcluster/image/oci";
import type { Cache } from "../binaries/cache.ts";
import type { ControlPlane } from "../cluster/control-plane.ts";
import { startControllerManager } from "../cluster/controller-manager.ts";
import {
  type ClusterPlace,
  infoOf,
  type Making,
  makeControlPlane,
  makeMinio,
  signalOf,
} from "../cluster/make.ts";
import { probe } from "../cluster/probe.ts";
import { runCommand } from "../host/command.ts";
import { imageCatalog } from "../images/catalog.ts";
import { buildPause } from "../images/pause.ts";
import type { TestbedInfo } from "../info.ts";
import { addonObjects } from "./addons.ts";
import { importImages, startRuntime } from "./containerd.ts";
import { startNode } from "./kubelet.ts";
import { createMachine, type NodeMachine } from "./machine.ts";
import type { Machine } from "./requirements.ts";
import type { Subnets } from "./subnet.ts";

/** What a node needs beside its control plane. */
export interface NodeMaking extends Making {
  readonly subnets: Subnets;
  readonly machine: Machine;
  readonly cache: Cache;
  /** Directories that must stay visible inside the node's namespaces. */
  readonly keep: readonly string[];
}

/** Makes a testbed with a node. The control plane listens on our end of the node's link. */
export async function makeNode(making: NodeMaking): Promise<TestbedInfo> {
  const { subnets, progress, ledger, components } = making;
  const place: ClusterPlace = {
    address: subnets.hostAddress,
    serviceNetwork: subnets.serviceNetwork,
  };
  const node = {
    name: `node-${ledger.head.name}`,
    address: subnets.nodeAddress,
    podNetwork: subnets.podNetwork,
    serviceNetwork: subnets.serviceNetwork,
    clusterDns: subnets.serviceNetwork.replace(/\.0\.1$/, ".0.10"),
  };
  const tars = await progress.step("Packing images", () => packImages(making));
  const machine = await progress.step(`Making namespaces and the link ${subnets.device}`, () =>
    createMachine({ ...making, ...signalOf(making) }, ledger, components),
  );
  const plane = await progress.step(`Starting etcd and API server on ${place.address}`, () =>
    makeControlPlane(making, place),
  );
  const [, minio] = await Promise.all([
    progress.step("Starting containerd and importing images", () => runtime(making, machine, tars)),
    progress.step("Starting MinIO", () => makeMinio(making, place)),
    progress.step("Starting controller-manager", () =>
      startControllerManager(
        plane,
        {
          address: subnets.nodeAddress,
          port: 10257,
          binary: making.binaries["kube-controller-manager"],
          wrap: machine.wrap,
          ...signalOf(making),
        },
        components,
      ),
    ),
  ]);
  await progress.step("Starting scheduler, kubelet and kube-proxy", () =>
    startNode(
      {
        ...making,
        ...signalOf(making),
        directory: ledger.directory,
        nodeName: node.name,
        clusterDns: node.clusterDns,
      },
      plane,
      machine,
      components,
    ),
  );
  await progress.step("Starting cluster DNS", () => addons(making, plane, node.clusterDns));
  return { ...infoOf(making, plane, place), minio, node };
}

async function packImages(making: NodeMaking): Promise<readonly string[]> {
  const pause = await buildPause(making.cache.images);
  const specs = await imageCatalog(making.binaries, pause, making.machine.busybox);
  return specs.map((spec) => writeImage(spec, making.cache.images));
}

async function runtime(
  making: NodeMaking,
  machine: NodeMachine,
  tars: readonly string[],
): Promise<void> {
  await startRuntime(
    {
      directory: making.ledger.directory,
      binaries: making.binaries,
      cniDirectory: making.machine.cniDirectory,
      podNetwork: making.subnets.podNetwork,
      ...signalOf(making),
    },
    machine,
    making.components,
  );
  await importImages(making.binaries.ctr, machine, tars);
}

async function addons(making: NodeMaking, plane: ControlPlane, clusterDns: string): Promise<void> {
  await runCommand(
    making.binaries.kubectl,
    ["apply", "--server-side", "--kubeconfig", plane.kubeconfigPath, "-f", "-"],
    {
      input: addonObjects(clusterDns)
        .map((object) => JSON.stringify(object))
        .join("\n---\n"),
    },
  );
  const url = `${plane.server}/apis/apps/v1/namespaces/kube-system/deployments/coredns`;
  const target = { url, ca: plane.authority.caCert, ...plane.admin };
  await making.components.untilReady(
    "kubelet",
    async () => {
      const text = (await probe(target))?.text ?? "{}";
      const { status } = JSON.parse(text) as {
        readonly status?: { readonly readyReplicas?: number };
      };
      return status?.readyReplicas === 1;
    },
    { timeoutMs: 60_000, ...signalOf(making) },
  );
}
