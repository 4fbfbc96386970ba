import { readFile, writeFile } from "node:fs/promises";
import { runWorker } from "./worker.ts";

// Does the task in the file TASK_FILE and ends. Its result is the last line of the output, and is written to the file
// TERMINATION_LOG if that is set.
const { TASK_FILE = "/task/task.json", TERMINATION_LOG } = process.env;
const ending = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    ending.abort(new Error(`The worker got ${signal}`));
  });
}

process.exitCode = await runWorker({
  readTask: () => readFile(TASK_FILE, "utf8"),
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
  keepResult: async (line) => {
    if (TERMINATION_LOG !== undefined) await writeFile(TERMINATION_LOG, line);
  },
  signal: ending.signal,
});
