// Jest's globalSetup of the project `integration`: one control plane for all test files of a run.
import { stderrProgress } from "../progress.ts";
import { startTestbed } from "../start.ts";
import { environmentFor } from "./environment.ts";
import { keep } from "./kept.js";

export default async function setup() {
  const testbed = await startTestbed({ level: "controlPlane", progress: stderrProgress() });
  keep("integration", testbed);
  Object.assign(process.env, environmentFor(testbed));
}
