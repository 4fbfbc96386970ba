import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseConfig, runProgram } from "@open-vcluster/runtime";
import { OPERATOR_VARIABLES } from "../config.ts";
import { act, EFFECT_NAMES } from "../instance/act.ts";
import { runOperator } from "../operator.ts";

// The operator, with death at chosen places such as `before createEscrow` or `after createEscrow`.
// CRASH_PLAN: file with a place in each line. CRASH_DONE: file that gets a line when a place of the plan was died at, which
// happens once. CRASH_LOG: file that gets a line for each place that was passed, with the instance, and first one
// with the names of all effects.
const planned = new Set(linesOf("CRASH_PLAN"));
const done = new Set(linesOf("CRASH_DONE"));

function linesOf(variable: string): readonly string[] {
  const file = process.env[variable] ?? "";
  return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
}

function append(variable: string, line: string): void {
  const file = process.env[variable] ?? "";
  if (file !== "") appendFileSync(file, `${line}\n`);
}

function pass(place: string, instance: string): void {
  append("CRASH_LOG", `${place} ${instance}`);
  if (!planned.has(place) || done.has(place)) return;
  append("CRASH_DONE", place);
  process.kill(process.pid, "SIGKILL");
}

process.exitCode = await runProgram({
  parsed: parseConfig(OPERATOR_VARIABLES, process.env),
  stderr: process.stderr,
  run: (config) => {
    append("CRASH_LOG", `effects ${EFFECT_NAMES.join(" ")}`);
    return runOperator(config, {
      environment: process.env,
      act: async (action, context, signal) => {
        const { namespace, name } = context.at.instance;
        pass(`before ${action.kind}`, `${namespace}/${name}`);
        const outcome = await act(action, context, signal);
        pass(`after ${action.kind}`, `${namespace}/${name}`);
        return outcome;
      },
    });
  },
});
