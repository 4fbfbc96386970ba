import { appendFileSync } from "node:fs";
import type { KubeClient, ResourceType } from "@open-vcluster/runtime";
import { parseFacadeConfig } from "../config/parse.ts";
import { runFacade } from "../facade.ts";

// The facade, with death at one place, such as `before create vclusteroperations` or `after delete vclusterinstances`: the
// one in CRASH_AT. CRASH_LOG: file that gets a line for each place that was passed.
const crashAt = process.env["CRASH_AT"];
const logFile = process.env["CRASH_LOG"] ?? "";

function pass(place: string): void {
  if (logFile !== "") appendFileSync(logFile, `${place}\n`);
  if (place === crashAt) process.kill(process.pid, "SIGKILL");
}

async function around<R>(
  verb: string,
  { plural }: ResourceType,
  call: () => Promise<R>,
): Promise<R> {
  pass(`before ${verb} ${plural}`);
  const result = await call();
  pass(`after ${verb} ${plural}`);
  return result;
}

function mortal(client: KubeClient): KubeClient {
  return {
    ...client,
    create: (type, object, options) =>
      around("create", type, () => client.create(type, object, options)),
    replace: (type, object, options) =>
      around("replace", type, () => client.replace(type, object, options)),
    mergePatch: (type, key, patch, options) =>
      around("patch", type, () => client.mergePatch(type, key, patch, options)),
    delete: (type, key, options) => around("delete", type, () => client.delete(type, key, options)),
  };
}

const { config, faults } = parseFacadeConfig(process.env);
if (config === undefined) throw new Error(JSON.stringify(faults));
process.exitCode = await runFacade(config, {
  environment: process.env,
  stdout: process.stdout,
  through: mortal,
});
