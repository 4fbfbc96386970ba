import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { describeFault, parseConfig } from "@open-vcluster/runtime";
import { OPERATOR_VARIABLES } from "../config.ts";
import { act } from "../instance/act.ts";
import { runOperator } from "../operator.ts";

// The operator, with death at a chosen place: CRASH_AT is `before EFFECT` or `after EFFECT`, CRASH_ONCE names a file that
// is made when it happened, CRASH_LOG one that gets a line for each place that was passed.
const crashAt = process.env["CRASH_AT"] ?? "";
const crashOnce = process.env["CRASH_ONCE"] ?? "";
const crashLog = process.env["CRASH_LOG"] ?? "";

function pass(place: string): void {
  appendFileSync(crashLog, `${place}\n`);
  if (place !== crashAt || existsSync(crashOnce)) return;
  writeFileSync(crashOnce, place);
  process.kill(process.pid, "SIGKILL");
}

const { config, faults } = parseConfig(OPERATOR_VARIABLES, process.env);
if (config === undefined) {
  for (const fault of faults) process.stderr.write(`${describeFault(fault)}\n`);
  process.exitCode = 2;
} else {
  process.exitCode = await runOperator(config, {
    environment: process.env,
    act: async (action, context, signal) => {
      pass(`before ${action.kind}`);
      const outcome = await act(action, context, signal);
      pass(`after ${action.kind}`);
      return outcome;
    },
  });
}
