import { type FleetPlace, untilAllReady } from "./fleet-place.ts";
import { cpuSecondsOf } from "./process-usage.ts";
import type { Result } from "./result.ts";

/** Everything that a start sets off is over by then. */
const REST_MS = 30_000;
const WRITERS = ["open-vcluster-operator", "Helm"];

/** B9: what an operator costs when nothing happens. The instances exist and are ready. */
export async function measureIdle(
  place: FleetPlace,
  rounds: number,
  roundMs: number,
): Promise<Result> {
  const manager = place.stage.cluster.testbed.identityOf("kube-controller-manager").pid;
  const operator = await place.lead();
  const all = await untilAllReady(place);
  await sleep(REST_MS);
  const ours: number[] = [];
  const theirs: number[] = [];
  const sinceMs = Date.now();
  for (let round = 0; round < rounds; round += 1) {
    const before = { ours: cpuSecondsOf(operator.pid), theirs: cpuSecondsOf(manager) };
    await sleep(roundMs);
    ours.push((cpuSecondsOf(operator.pid) - before.ours) * (60_000 / roundMs));
    theirs.push((cpuSecondsOf(manager) - before.theirs) * (60_000 / roundMs));
  }
  const writes = place.audit
    .writes(WRITERS, sinceMs)
    .filter((write) => !write.includes(" leases "));
  await operator.stop();
  return {
    id: "B9",
    what: `operator CPU per minute, ${String(all.length)} idle instances`,
    peer: "kube-controller-manager on the same API server in the same minutes",
    unit: "s",
    ours,
    theirs,
    goal: 0.25,
    remarks: [`writes but the lease: ${String(writes.length)}`],
  };
}

function sleep(timeMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, timeMs));
}
