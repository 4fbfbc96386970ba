import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cache, cacheFor } from "./binaries/cache.ts";
import { BINARY_NAMES, type BinaryName } from "./binaries/catalog.ts";
import { prepareCharts } from "./binaries/charts.ts";
import { locateBinaries } from "./binaries/locate.ts";
import { type Making, makeCluster } from "./cluster/make.ts";
import { createComponents } from "./component.ts";
import { placesOf } from "./host/places.ts";
import type { Testbed, TestbedInfo, TestbedOptions } from "./info.ts";
import { removeStale } from "./ledger/stale.ts";
import { undoTestbed } from "./ledger/undo.ts";
import { makeNode } from "./node/make.ts";
import { requireMachine } from "./node/requirements.ts";
import { type Progress, silentProgress } from "./progress.ts";
import { registerTestbed } from "./register.ts";
import { INFO_FILE, testbedOf } from "./testbed.ts";

/** Those of the control plane, and those that tests start for themselves. */
const CONTROL_PLANE: readonly BinaryName[] = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "helm",
  "kubectl",
  "etcdctl",
  "etcdutl",
  "kine",
  "minio",
];

/**
 * Starts a new testbed.
 * @throws TestbedError `NodeUnsupported`, `TestbedExists`, `ComponentDied`, `NotReady`, or what kept
 * a program from being built. Whatever was started is removed again.
 */
export async function startTestbed(options: TestbedOptions): Promise<Testbed> {
  const progress = options.progress ?? silentProgress;
  const { cacheRoot, testbedsRoot } = placesOf(process.env);
  const cache = cacheFor(cacheRoot);
  await removeStale(testbedsRoot, progress);
  const machine = options.level === "node" ? await requireMachine(progress) : undefined;
  const binaries = await programs(options, cache, progress);
  const chartsDirectory = await prepareCharts(binaries.helm, { cache, progress });
  const registration = await registerTestbed(testbedsRoot, options);
  const { ledger } = registration;
  const components = createComponents(ledger);
  try {
    const making: Making = {
      ...registration,
      options,
      progress,
      components,
      binaries,
      chartsDirectory,
    };
    const keep = [testbedsRoot, cacheRoot, ...explicitBinaries()];
    const info =
      machine === undefined || registration.subnets === undefined
        ? await makeCluster(making)
        : await makeNode({ ...making, subnets: registration.subnets, machine, cache, keep });
    publish(info);
    if (options.owner === "nobody") ledger.record({ kind: "kept" });
    return testbedOf(info, components, testbedsRoot);
  } catch (error) {
    await undoTestbed(ledger.directory);
    throw error;
  }
}

/** From now on others may attach to it. */
function publish(info: TestbedInfo): void {
  writeFileSync(join(info.directory, INFO_FILE), JSON.stringify(info), { mode: 0o600 });
}

async function programs(
  options: TestbedOptions,
  cache: Cache,
  progress: Progress,
): Promise<Making["binaries"]> {
  const names = options.level === "node" ? BINARY_NAMES : CONTROL_PLANE;
  const found = await locateBinaries(names, {
    cache,
    progress,
    env: process.env,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return found;
}

function explicitBinaries(): readonly string[] {
  const directory = process.env["OPEN_VCLUSTER_BIN"];
  return directory === undefined || directory === "" ? [] : [directory];
}
