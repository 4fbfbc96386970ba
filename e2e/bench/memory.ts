import { instancePath } from "../src/harness/fleet.ts";
import { passesOf } from "../src/harness/operator-metrics.ts";
import type { OperatorProcess } from "../src/harness/operator-process.ts";
import { waitFor } from "../src/harness/wait.ts";
import { type FleetPlace, untilAllReady } from "./fleet-place.ts";
import { residentBytesOf } from "./process-usage.ts";
import type { Result } from "./result.ts";
import { INSPECTED, settle } from "./settle.ts";

const MEBIBYTE = 1_024 * 1_024;

/** Memory of an operator before there are any instances, bytes, once for each round. */
export async function measureEmpty(place: FleetPlace, rounds: number): Promise<readonly number[]> {
  const sizes: number[] = [];
  for (let round = 0; round < rounds; round += 1) sizes.push(await sizeOfOperator(place));
  return sizes;
}

/** B8: memory that an operator needs for many instances that are ready. They exist. */
export async function measureMemory(
  place: FleetPlace,
  empty: readonly number[],
  rounds: number,
): Promise<Result> {
  const { api, product } = place.stage;
  const ours: number[] = [];
  const theirs: number[] = [];
  const all = await place.list();
  for (let round = 0; round < rounds; round += 1) {
    const size = await sizeOfOperator(place);
    ours.push((size - (empty[round] ?? 0)) / MEBIBYTE);
    const { body } = await api.call("GET", instancePath(product.namespace));
    theirs.push(Buffer.byteLength(JSON.stringify(body)) / MEBIBYTE);
  }
  return {
    id: "B8",
    what: `operator memory for ${String(all.length)} instances, above empty`,
    peer: "bytes of their JSON list",
    unit: "MiB",
    ours,
    theirs,
    goal: 8,
    remarks: [
      `VmRSS after garbage was collected through the inspector, all instances ready; empty operator: ${((empty[0] ?? 0) / MEBIBYTE).toFixed(1)} MiB`,
    ],
  };
}

async function sizeOfOperator(place: FleetPlace): Promise<number> {
  const operator = await place.lead(INSPECTED);
  const all = await untilAllReady(place);
  await untilAllLookedAt(operator, all.length);
  await settle(operator);
  const size = residentBytesOf(operator.pid);
  await operator.stop();
  return size;
}

/** They may have been ready before this operator began: its caches are full when it has worked on each of them. */
export async function untilAllLookedAt(operator: OperatorProcess, count: number): Promise<void> {
  await waitFor(
    "the operator has looked at all instances",
    async () => (await passesOf(operator)) >= count,
    { timeoutMs: 600_000, intervalMs: 500 },
  );
}
