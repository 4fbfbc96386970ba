import { basename } from "node:path";
import { TestbedError } from "../e2e/testbed/failure.ts";
import { loadProductImage } from "../e2e/testbed/images/product.ts";
import { serviceUrl, writeFacadeAccess, writeFacadeAuthority } from "./local/facade-access.ts";
import { forwardProgram, forwardUrl } from "./local/forward.ts";
import { createHelm } from "./local/helm.ts";
import { existingCluster, type HostCluster, localCluster } from "./local/host-cluster.ts";
import { applyExample, untilReady } from "./local/instance.ts";
import { createKubectl, type Kubectl, writeKubectlScript } from "./local/kubectl.ts";
import { existingNextSteps, localNextSteps } from "./local/next-steps.ts";
import {
  installProduct,
  installResources,
  type ProductSettings,
  uploadCharts,
} from "./local/product.ts";
import { ensureProgram } from "./local/program-process.ts";
import { ensureSnapshotLocation, LOCAL_LOCATION } from "./local/snapshot-location.ts";
import { runVerb, type VerbContext } from "./local/verb.ts";

await runVerb((context) =>
  process.env["LOCAL"] === "0" ? upOnExisting(context) : upOnThisMachine(context),
);

async function upOnThisMachine(context: VerbContext): Promise<void> {
  const { checkout, progress } = context;
  const { testbed, ...cluster } = await localCluster(checkout, context);
  const image = await progress.step("Building the product's image and importing it", () =>
    loadProductImage(testbed),
  );
  // The archive is named after its content.
  const imageContent = basename(image.path);
  const charts = testbed.chartsDirectory;
  const settings = { imageContent, charts, snapshotLocation: LOCAL_LOCATION, isTls: false };
  const kubectl = await install(context, cluster, settings);
  const { minio } = testbed;
  if (minio !== undefined) {
    await progress.step("Making a bucket for snapshots", () =>
      ensureSnapshotLocation(minio, kubectl),
    );
  }
  const access = await writeFacadeAccess(checkout, await serviceUrl(kubectl), kubectl);
  const example = await progress.step(
    "Creating the virtual cluster crds/examples/sqlite.yaml",
    async () => {
      await applyExample(checkout, kubectl);
      return untilReady(kubectl, context);
    },
  );
  const targetNamespace = example.status?.targetNamespace ?? "";
  process.stdout.write(localNextSteps(checkout, cluster, { targetNamespace, access }));
}

async function upOnExisting(context: VerbContext): Promise<void> {
  const { checkout, progress } = context;
  const kubeconfig = process.env["KUBECONFIG"] ?? "";
  if (kubeconfig === "") {
    throw new TestbedError(
      "Usage",
      "LOCAL=0 uses a cluster that you have: set KUBECONFIG to its kubeconfig file as well.",
    );
  }
  progress.say(`LOCAL=0: using the current context of ${kubeconfig}, no node is started`);
  const cluster = await existingCluster(checkout, kubeconfig, context);
  const kubectl = await install(context, cluster, { isTls: true });
  await writeFacadeAuthority(checkout, kubectl);
  await ensureProgram(checkout, forwardProgram(cluster.kubectl, checkout), context);
  const access = await writeFacadeAccess(checkout, forwardUrl(checkout), kubectl);
  const server = await kubectl(["config", "view", "-o", "jsonpath={.clusters[0].cluster.server}"]);
  process.stdout.write(existingNextSteps(checkout, server, access));
}

/** The custom resources first: neither program can fill its caches without them. */
async function install(
  context: VerbContext,
  cluster: HostCluster,
  settings: ProductSettings,
): Promise<Kubectl> {
  const { checkout, progress, signal } = context;
  const kubectl = createKubectl(cluster.kubectl, checkout, signal);
  const helm = createHelm(cluster.helm, checkout, signal);
  writeKubectlScript(cluster.kubectl, checkout);
  await progress.step("Installing the custom resources, chart deploy/crds", () =>
    installResources(checkout, helm),
  );
  const { charts } = settings;
  if (charts !== undefined) await uploadCharts(charts, kubectl);
  await progress.step("Installing operator and API, chart deploy/chart", () =>
    installProduct(checkout, settings, helm),
  );
  return kubectl;
}
