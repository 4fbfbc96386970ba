import { TestbedError } from "../e2e/testbed/failure.ts";
import { type FacadeAccess, facadeProgram, writeFacadeAccess } from "./local/facade.ts";
import { existingCluster, type HostCluster, localCluster } from "./local/host-cluster.ts";
import { applyExample, installResources, untilReady } from "./local/instance.ts";
import { createKubectl, type Kubectl, writeKubectlScript } from "./local/kubectl.ts";
import { existingNextSteps, localNextSteps } from "./local/next-steps.ts";
import { operatorProgram } from "./local/operator.ts";
import { ensureProgram, requireProgram } from "./local/program-process.ts";
import { runVerb, type VerbContext } from "./local/verb.ts";

await runVerb((context) =>
  process.env["LOCAL"] === "0" ? upOnExisting(context) : upOnThisMachine(context),
);

async function upOnThisMachine(context: VerbContext): Promise<void> {
  const { checkout, progress } = context;
  const cluster = await localCluster(checkout, context);
  const { kubectl, access, checkOperator } = await installAndRun(context, cluster);
  const example = await progress.step(
    "Creating the virtual cluster crds/examples/sqlite.yaml",
    async () => {
      await applyExample(checkout, kubectl);
      return untilReady(kubectl, checkOperator, context);
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
  const { kubectl, access } = await installAndRun(context, cluster);
  const server = await kubectl(["config", "view", "-o", "jsonpath={.clusters[0].cluster.server}"]);
  process.stdout.write(existingNextSteps(checkout, server, access));
}

/** The custom resources first: neither program can fill its caches without them. */
async function installAndRun(
  context: VerbContext,
  cluster: HostCluster,
): Promise<{
  readonly kubectl: Kubectl;
  readonly access: FacadeAccess;
  readonly checkOperator: () => Promise<void>;
}> {
  const { checkout, progress, signal } = context;
  const kubectl = createKubectl(cluster.kubectl, checkout, signal);
  writeKubectlScript(cluster.kubectl, checkout);
  await progress.step("Installing the custom resources", () => installResources(checkout, kubectl));
  const operator = await ensureProgram(checkout, operatorProgram(checkout, cluster), context);
  await ensureProgram(checkout, facadeProgram(checkout), context);
  const access = await writeFacadeAccess(checkout, kubectl);
  const checkOperator = (): Promise<void> => requireProgram(checkout, "operator", operator);
  return { kubectl, access, checkOperator };
}
