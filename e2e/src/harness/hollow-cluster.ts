import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { Testbed } from "../../testbed/info.ts";
import { stderrProgress } from "../../testbed/progress.ts";
import { startTestbed } from "../../testbed/start.ts";
import type { TestbedFacts } from "./environment.ts";

/** A control plane without a node, for one test file alone. */
export interface HollowCluster {
  readonly facts: TestbedFacts;
  readonly testbed: Testbed;
  stop(): Promise<void>;
}

/**
 * Starts etcd, API server and controller-manager. Service addresses are of the loopback network, so that a test can answer
 * at them without changing the machine's routes.
 */
export async function startHollowCluster(
  options: { readonly apiServerArgs?: readonly string[] } = {},
): Promise<HollowCluster> {
  // Two of them on one machine may have the same addresses only if both draw the same number.
  const network = `127.${String(randomInt(16, 250))}.0.0/16`;
  const testbed = await startTestbed({
    level: "controlPlane",
    apiServerArgs: [`--service-cluster-ip-range=${network}`, ...(options.apiServerArgs ?? [])],
    progress: stderrProgress(),
  });
  return { facts: factsOf(testbed), testbed, stop: () => testbed.stop() };
}

/** The facts of a testbed that was started here. */
export function factsOf(testbed: Testbed): TestbedFacts {
  return {
    name: testbed.name,
    kubeconfig: testbed.kubeconfigPath,
    kubectl: testbed.binaries.kubectl,
    helm: testbed.binaries.helm,
    charts: testbed.chartsDirectory,
    info: { path: join(testbed.directory, "testbed.json") },
  };
}
