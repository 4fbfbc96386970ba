import { PROGRAM_ENVIRONMENT } from "@open-vcluster/image";
import type { ApiPlace } from "./api-place.ts";
import { type FleetPlace, untilAllReady } from "./fleet-place.ts";
import { untilAllLookedAt } from "./memory.ts";
import { peakBytesOf } from "./process-usage.ts";
import type { Result } from "./result.ts";

const MEBIBYTE = 1_024 * 1_024;
/** Of a container, in the chart's values. */
const LIMIT_MEBIBYTES = 256;
const READS = 20;

/** B8b: the most memory that an operator ever held with many instances, run as the image runs it. They exist. */
export async function measureOperatorPeak(place: FleetPlace, rounds: number): Promise<Result> {
  const peaks: number[] = [];
  const all = await place.list();
  for (let round = 0; round < rounds; round += 1) {
    const operator = await place.lead(PROGRAM_ENVIRONMENT);
    await untilAllReady(place);
    await untilAllLookedAt(operator, all.length);
    peaks.push(peakBytesOf(operator.pid) / MEBIBYTE);
    await operator.stop();
  }
  return resultOf("B8b", "operator", all.length, peaks);
}

/** B13b: the most memory that a facade ever held while all of many instances were read again and again. They exist. */
export async function measureFacadePeak(
  place: ApiPlace,
  count: number,
  rounds: number,
): Promise<Result> {
  const peaks: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const facade = await place.startFacade(PROGRAM_ENVIRONMENT);
    const caller = await place.call(facade);
    for (let read = 0; read < READS; read += 1) {
      await caller.vclusters.listVClusters({ namespace: place.namespace, pageSize: 1_000 });
    }
    caller.close();
    peaks.push(peakBytesOf(facade.pid) / MEBIBYTE);
    await facade.stop();
  }
  return resultOf("B13b", "facade", count, peaks);
}

function resultOf(id: string, program: string, count: number, ours: readonly number[]): Result {
  return {
    id,
    what: `${program} memory at its most with ${String(count)} instances`,
    peer: "limit of its container",
    unit: "MiB",
    ours,
    theirs: ours.map(() => LIMIT_MEBIBYTES),
    goal: 1,
    remarks: [
      "VmHWM with the image's settings of Node; Helm's own processes come on top at the operator",
    ],
  };
}
