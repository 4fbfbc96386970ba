import { parseConfig, runProgram } from "@open-vcluster/runtime";
import { OPERATOR_VARIABLES } from "./config.ts";
import { act } from "./instance/act.ts";
import { runOperator } from "./operator.ts";

process.exitCode = await runProgram({
  parsed: parseConfig(OPERATOR_VARIABLES, process.env),
  stderr: process.stderr,
  run: (config) => runOperator(config, { environment: process.env, act }),
});
