import { runForwarder } from "./forwarder.ts";
import { settingsOf } from "./settings.ts";

// Offers the store of a virtual cluster that keeps it in sqlite to a worker elsewhere.
const ending = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    ending.abort();
  });
}

const exitCode = await runForwarder(settingsOf(process.env), ending.signal);
// Connections of a worker would hold the process.
process.exit(exitCode);
