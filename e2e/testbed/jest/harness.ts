import { stderrProgress } from "../progress.ts";
import { startTestbed } from "../start.ts";

// Run as a program by tests that kill it: starts a testbed, says so, and stays until it is killed.
const [level, name] = process.argv.slice(2);
const testbed = await startTestbed({
  level: level === "node" ? "node" : "controlPlane",
  ...(name === undefined ? {} : { name }),
  progress: stderrProgress(),
});
process.stdout.write(`ready ${testbed.name}\n`);
setInterval(() => undefined, 60_000);
