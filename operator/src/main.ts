import { describeFault, parseConfig } from "@open-vcluster/runtime";
import { OPERATOR_VARIABLES } from "./config.ts";
import { act } from "./instance/act.ts";
import { runOperator } from "./operator.ts";

const { config, faults } = parseConfig(OPERATOR_VARIABLES, process.env);
if (config === undefined) {
  for (const fault of faults) process.stderr.write(`${describeFault(fault)}\n`);
  process.exitCode = 2;
} else {
  process.exitCode = await runOperator(config, { environment: process.env, act });
}
