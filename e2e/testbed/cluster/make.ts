import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BinaryName } from "../binaries/catalog.ts";
import type { Components } from "../component.ts";
import { hostAddress } from "../host/address.ts";
import type { TestbedInfo, TestbedOptions } from "../info.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Progress } from "../progress.ts";
import type { Ports } from "../register.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { startControllerManager } from "./controller-manager.ts";
import { type Minio, startMinio } from "./minio.ts";

/** Everything that is known when the first component of a testbed starts. */
export interface Making {
  readonly options: TestbedOptions;
  readonly progress: Progress;
  readonly ledger: Ledger;
  readonly ports: Ports;
  readonly components: Components;
  /** All programs that the level needs were found. */
  readonly binaries: Readonly<Record<BinaryName, string>>;
  readonly chartsDirectory: string;
}

/** Where the control plane of a cluster lives. */
export interface ClusterPlace {
  readonly address: string;
  /** First address of the service network, a /16. */
  readonly serviceNetwork: string;
}

/** Nothing routes to it: without a node there are no Services to reach. */
const UNROUTED_SERVICES = "10.96.0.1";

/** Makes a testbed without a node. */
export async function makeCluster(making: Making): Promise<TestbedInfo> {
  const place: ClusterPlace = { address: hostAddress(), serviceNetwork: UNROUTED_SERVICES };
  const plane = await making.progress.step(
    `Starting etcd, API server and controller-manager on ${place.address}`,
    async () => {
      const started = await makeControlPlane(making, place);
      await startControllerManager(
        started,
        {
          address: place.address,
          port: making.ports.controllerManager,
          binary: making.binaries["kube-controller-manager"],
          ...signalOf(making),
        },
        making.components,
      );
      return started;
    },
  );
  const info = infoOf(making, plane, place);
  return making.options.minio === true ? { ...info, minio: await makeMinio(making, place) } : info;
}

/** Starts etcd and the API server at a place. */
export function makeControlPlane(making: Making, place: ClusterPlace): Promise<ControlPlane> {
  return startControlPlane(
    {
      directory: making.ledger.directory,
      ...place,
      ports: making.ports,
      durable: making.options.durable ?? false,
      apiServerArgs: making.options.apiServerArgs ?? [],
      ...signalOf(making),
    },
    making.binaries,
    making.components,
  );
}

/** Starts the S3 server on the same address. */
export function makeMinio(making: Making, place: ClusterPlace): Promise<Minio> {
  return startMinio(
    {
      name: "minio",
      directory: join(making.ledger.directory, "minio"),
      address: place.address,
      port: making.ports.minio,
      ...signalOf(making),
    },
    making.binaries.minio,
    making.components,
  );
}

/** What others need to use the cluster. */
export function infoOf(making: Making, plane: ControlPlane, place: ClusterPlace): TestbedInfo {
  return {
    name: making.ledger.head.name,
    level: making.options.level,
    directory: making.ledger.directory,
    server: plane.server,
    address: place.address,
    kubeconfigPath: plane.kubeconfigPath,
    adminKubeconfig: readFileSync(plane.kubeconfigPath, "utf8"),
    etcd: { endpoint: plane.etcdEndpoint, caFile: plane.files.ca, ...plane.files.etcdClient },
    binaries: making.binaries,
    chartsDirectory: making.chartsDirectory,
  };
}

/** The caller's signal, as an optional property. */
export function signalOf(making: Making): { readonly signal?: AbortSignal } {
  return making.options.signal ? { signal: making.options.signal } : {};
}
