import { rmSync } from "node:fs";
import { placesOf } from "../e2e/testbed/host/places.ts";
import { removeStale } from "../e2e/testbed/ledger/stale.ts";
import { attachTestbed, stopTestbed } from "../e2e/testbed/testbed.ts";
import { stopProgram } from "./local/program-process.ts";
import { runVerb } from "./local/verb.ts";

await runVerb(async ({ checkout, progress }) => {
  const { testbedsRoot } = placesOf(process.env);
  const wasLocal = attachTestbed(testbedsRoot, checkout.testbedName) !== undefined;
  await progress.step("Stopping the facade", () => stopProgram(checkout, "facade"));
  const ran = await progress.step("Stopping the operator", () => stopProgram(checkout, "operator"));
  await progress.step("Removing the Kubernetes node", () =>
    stopTestbed(testbedsRoot, checkout.testbedName),
  );
  await removeStale(testbedsRoot, progress);
  rmSync(checkout.localDirectory, { recursive: true, force: true });
  progress.say("Everything that make up made on this machine is gone");
  if (ran && !wasLocal) {
    process.stdout.write(
      "The existing cluster keeps the custom resources, namespace open-vcluster-system and all instances.\n",
    );
  }
});
