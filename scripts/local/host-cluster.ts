import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { cacheFor } from "../../e2e/testbed/binaries/cache.ts";
import { locateBinaries } from "../../e2e/testbed/binaries/locate.ts";
import { TestbedError } from "../../e2e/testbed/failure.ts";
import { runCommand } from "../../e2e/testbed/host/command.ts";
import { placesOf } from "../../e2e/testbed/host/places.ts";
import type { Testbed } from "../../e2e/testbed/info.ts";
import type { Progress } from "../../e2e/testbed/progress.ts";
import { startTestbed } from "../../e2e/testbed/start.ts";
import { attachTestbed } from "../../e2e/testbed/testbed.ts";
import type { Checkout } from "./checkout.ts";

/** The cluster that will run virtual clusters, and the programs to talk to it. */
export interface HostCluster {
  readonly kubectl: string;
  readonly helm: string;
  /** Endpoint of the testbed's S3 server and the file with its credentials. */
  readonly s3?: { readonly endpoint: string; readonly details: string };
}

interface Deps {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Starts this checkout's node, or picks it up, and writes its kubeconfig.
 * @throws TestbedError `NodeUnsupported` with all that is missing and the way without a node
 */
export async function localCluster(
  checkout: Checkout,
  deps: Deps,
): Promise<HostCluster & { readonly testbed: Testbed }> {
  const testbed = (await running(checkout, deps)) ?? (await start(checkout, deps));
  writePrivate(checkout.kubeconfig, testbed.adminKubeconfig);
  const { minio } = testbed;
  return {
    kubectl: testbed.binaries.kubectl,
    helm: testbed.binaries.helm,
    testbed,
    ...(minio === undefined
      ? {}
      : { s3: { endpoint: minio.endpoint, details: `${testbed.directory}/testbed.json` } }),
  };
}

/**
 * Takes the current context of a kubeconfig as the host cluster.
 * @param kubeconfig - what KUBECONFIG says: one path or several
 */
export async function existingCluster(
  checkout: Checkout,
  kubeconfig: string,
  deps: Deps,
): Promise<HostCluster> {
  const programs = await locatePrograms(deps);
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  // One self-contained file, because later commands run elsewhere and without this environment.
  const flat = await runCommand(
    programs.kubectl,
    ["config", "view", "--raw", "--minify", "--flatten"],
    {
      env,
      signal: deps.signal,
    },
  );
  writePrivate(checkout.kubeconfig, flat);
  return programs;
}

/** Paths of the programs that talk to a cluster. */
export function locatePrograms({
  progress,
  signal,
}: Deps): Promise<Pick<HostCluster, "kubectl" | "helm">> {
  const cache = cacheFor(placesOf(process.env).cacheRoot);
  return locateBinaries(["kubectl", "helm"], { cache, progress, env: process.env, signal });
}

/** This checkout's testbed if it works; a broken one is removed. */
async function running(checkout: Checkout, { progress }: Deps): Promise<Testbed | undefined> {
  const testbed = attachTestbed(placesOf(process.env).testbedsRoot, checkout.testbedName);
  if (testbed === undefined) return undefined;
  const problems = await testbed.health();
  if (problems.length === 0) {
    progress.say(`The Kubernetes node ${testbed.node?.name ?? ""} runs already`);
    return testbed;
  }
  for (const problem of problems) progress.say(problem);
  await progress.step("Removing the broken node to start a new one", () => testbed.stop());
  return undefined;
}

async function start(checkout: Checkout, { progress, signal }: Deps): Promise<Testbed> {
  try {
    return await startTestbed({
      level: "node",
      name: checkout.testbedName,
      owner: "nobody",
      progress,
      signal,
    });
  } catch (error) {
    if (!(error instanceof TestbedError) || error.reason !== "NodeUnsupported") throw error;
    const advice = "To use a cluster that you have: KUBECONFIG=/path LOCAL=0 make up";
    throw new TestbedError(error.reason, `${error.message}\n${advice}`, { cause: error });
  }
}

/** A file with secrets appears with its mode, also when it replaces one with another mode. */
function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
}
