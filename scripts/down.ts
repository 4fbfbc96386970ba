import { existsSync, rmSync } from "node:fs";
import { messageOf } from "../e2e/testbed/failure.ts";
import { placesOf } from "../e2e/testbed/host/places.ts";
import { removeStale } from "../e2e/testbed/ledger/stale.ts";
import { attachTestbed, stopTestbed } from "../e2e/testbed/testbed.ts";
import { removeFacadeAccess } from "./local/facade-access.ts";
import { createHelm } from "./local/helm.ts";
import { locatePrograms } from "./local/host-cluster.ts";
import { createKubectl } from "./local/kubectl.ts";
import { uninstallProduct } from "./local/product.ts";
import { stopProgram } from "./local/program-process.ts";
import { runVerb, type VerbContext } from "./local/verb.ts";

await runVerb(async (context) => {
  const { checkout, progress } = context;
  const { testbedsRoot } = placesOf(process.env);
  const wasLocal = attachTestbed(testbedsRoot, checkout.testbedName) !== undefined;
  await stopProgram(checkout, "forward");
  const isExisting = !wasLocal && existsSync(checkout.kubeconfig);
  if (isExisting) await uninstallFromExisting(context);
  await progress.step("Removing the Kubernetes node", () =>
    stopTestbed(testbedsRoot, checkout.testbedName),
  );
  await removeStale(testbedsRoot, progress);
  rmSync(checkout.localDirectory, { recursive: true, force: true });
  progress.say("Everything that make up made on this machine is gone");
  if (isExisting) {
    process.stdout.write(
      "The existing cluster keeps its instances, the custom resources and namespace open-vcluster-system: see docs/how-to/uninstall.md.\n",
    );
  }
});

/** A cluster that is gone must not keep this machine's files. */
async function uninstallFromExisting(context: VerbContext): Promise<void> {
  const { checkout, progress, signal } = context;
  try {
    const programs = await locatePrograms(context);
    const kubectl = createKubectl(programs.kubectl, checkout, signal);
    const helm = createHelm(programs.helm, checkout, signal);
    await progress.step("Uninstalling operator and API from the existing cluster", async () => {
      await removeFacadeAccess(kubectl);
      await uninstallProduct(helm);
    });
  } catch (error) {
    progress.say(`Operator and API may still be installed: ${messageOf(error)}`);
  }
}
