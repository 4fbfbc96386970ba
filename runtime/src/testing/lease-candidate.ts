// A process that contends for a Lease and, while it leads, acts by appending a line to a log that all
// candidates share: time, term, identity, and what happened.
import { appendFileSync } from "node:fs";
import { createLeaderElector } from "../controller/lease.ts";
import { connectWithKubeconfig } from "../kube/connection.ts";
import { createKubeClient } from "../kube/http-client.ts";
import { systemClock } from "../process/clock.ts";
import { createRecordingLogger } from "./recording-logger.ts";

const [kubeconfig = "", namespace = "", identity = "", log = ""] = process.argv.slice(2);
const client = createKubeClient(connectWithKubeconfig(kubeconfig));
const elector = createLeaderElector(
  {
    client,
    namespace,
    name: "contended",
    identity,
    leaseDurationMs: 3_000,
    marginMs: 1_000,
    retryPeriodMs: 200,
  },
  { logger: createRecordingLogger(), clock: systemClock, random: Math.random },
);
const stop = new AbortController();
process.on("SIGTERM", () => {
  stop.abort(new Error("SIGTERM"));
});

const act = async (signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    // A process that is stopped after it asked, and before it wrote, asked in its term.
    const askedNs = process.hrtime.bigint();
    if (elector.isLeader()) write(`act ${elector.term() ?? ""}`, askedNs);
    await systemClock.sleep(10, signal).catch(() => undefined);
  }
};
const write = (what: string, atNs = process.hrtime.bigint()): void => {
  appendFileSync(log, `${atNs} ${identity} ${what}\n`);
};

write("start");
while (!stop.signal.aborted) {
  const outcome = await elector.run(stop.signal, act);
  write(outcome);
}
await client.close();
