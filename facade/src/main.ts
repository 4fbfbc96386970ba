import { describeFault } from "@open-vcluster/runtime";
import { parseFacadeConfig } from "./config.ts";
import { runFacade } from "./facade.ts";

const { config, faults } = parseFacadeConfig(process.env);
if (config === undefined) {
  for (const fault of faults) process.stderr.write(`${describeFault(fault)}\n`);
  process.exitCode = 2;
} else {
  process.exitCode = await runFacade(config, { environment: process.env, stdout: process.stdout });
}
