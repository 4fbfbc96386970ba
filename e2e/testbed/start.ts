import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cache, cacheFor } from "./binaries/cache.ts";
import type { BinaryName } from "./binaries/catalog.ts";
import { prepareCharts } from "./binaries/charts.ts";
import { type Binaries, locateBinaries } from "./binaries/locate.ts";
import { type ControlPlane, startControlPlane } from "./cluster/control-plane.ts";
import { startControllerManager } from "./cluster/controller-manager.ts";
import { startMinio } from "./cluster/minio.ts";
import { type Components, createComponents } from "./component.ts";
import { hostAddress } from "./host/address.ts";
import { placesOf } from "./host/places.ts";
import type { Testbed, TestbedInfo, TestbedOptions } from "./info.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { removeStale } from "./ledger/stale.ts";
import { undoTestbed } from "./ledger/undo.ts";
import { type Progress, silentProgress } from "./progress.ts";
import { type Ports, registerTestbed } from "./register.ts";
import { INFO_FILE, testbedOf } from "./testbed.ts";

const CONTROL_PLANE = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "helm",
  "kubectl",
  "etcdctl",
] as const;
const SERVICE_NETWORK = "10.96.0.1";

interface Making {
  readonly options: TestbedOptions;
  readonly cache: Cache;
  readonly progress: Progress;
  readonly ledger: Ledger;
  readonly ports: Ports;
  readonly components: Components;
  readonly binaries: Binaries<(typeof CONTROL_PLANE)[number]> & Partial<Binaries<BinaryName>>;
  readonly chartsDirectory: string;
}

/**
 * Starts a new testbed.
 * @throws TestbedError `TestbedExists`, `ComponentDied`, `NotReady`, or what kept a program from
 * being built. Whatever was started is removed again.
 */
export async function startTestbed(options: TestbedOptions): Promise<Testbed> {
  const progress = options.progress ?? silentProgress;
  const { cacheRoot, testbedsRoot } = placesOf(process.env);
  const cache = cacheFor(cacheRoot);
  await removeStale(testbedsRoot, progress);
  const signal = options.signal ? { signal: options.signal } : {};
  const binaries = await locateBinaries(binariesFor(options), {
    cache,
    progress,
    env: process.env,
    ...signal,
  });
  const chartsDirectory = await prepareCharts(binaries.helm, { cache, progress });
  const { ledger, ports } = await registerTestbed(testbedsRoot, options);
  const components = createComponents(ledger);
  try {
    const making = {
      options,
      cache,
      progress,
      ledger,
      ports,
      components,
      binaries,
      chartsDirectory,
    };
    const info = await makeControlPlane(making);
    writeFileSync(join(ledger.directory, INFO_FILE), JSON.stringify(info), { mode: 0o600 });
    return testbedOf(info, components, testbedsRoot);
  } catch (error) {
    await undoTestbed(ledger.directory);
    throw error;
  }
}

function binariesFor(
  options: TestbedOptions,
): readonly (BinaryName & (typeof CONTROL_PLANE)[number])[] {
  const names: readonly BinaryName[] =
    options.minio === true ? [...CONTROL_PLANE, "minio"] : CONTROL_PLANE;
  return names as readonly (typeof CONTROL_PLANE)[number][];
}

async function makeControlPlane(making: Making): Promise<TestbedInfo> {
  const { options, ports, ledger, components, binaries } = making;
  const address = hostAddress();
  const signal = options.signal ? { signal: options.signal } : {};
  const common = { directory: ledger.directory, address, ...signal };
  const plane = await making.progress.step(
    `Starting the control plane on ${address}:${ports.api}`,
    async () => {
      const started = await startControlPlane(
        {
          ...common,
          ports,
          serviceNetwork: SERVICE_NETWORK,
          durable: options.durable ?? false,
          apiServerArgs: options.apiServerArgs ?? [],
        },
        binaries,
        components,
      );
      await startControllerManager(
        started,
        { ...common, port: ports.controllerManager, binary: binaries["kube-controller-manager"] },
        components,
      );
      return started;
    },
  );
  const info = infoOf(making, plane, address);
  if (options.minio !== true || binaries.minio === undefined) return info;
  return {
    ...info,
    minio: await startMinio({ ...common, port: ports.minio }, binaries.minio, components),
  };
}

function infoOf(making: Making, plane: ControlPlane, address: string): TestbedInfo {
  return {
    name: making.ledger.head.name,
    level: making.options.level,
    directory: making.ledger.directory,
    server: plane.server,
    address,
    kubeconfigPath: plane.kubeconfigPath,
    adminKubeconfig: readFileSync(plane.kubeconfigPath, "utf8"),
    etcd: { endpoint: plane.etcdEndpoint, caFile: plane.files.ca, ...plane.files.etcdClient },
    binaries: making.binaries,
    chartsDirectory: making.chartsDirectory,
  };
}
