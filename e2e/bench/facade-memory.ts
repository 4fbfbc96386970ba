import { instancePath } from "../src/harness/fleet.ts";
import type { ApiPlace } from "./api-place.ts";
import { residentBytesOf } from "./process-usage.ts";
import type { Result } from "./result.ts";
import { INSPECTED, settle } from "./settle.ts";

const MEBIBYTE = 1_024 * 1_024;
const MOST_MEBIBYTES = 150;

/** Memory of a facade that has this namespace in its cache and was asked for all of it; bytes, once for each round. */
export async function measureFacadeSizes(
  place: ApiPlace,
  rounds: number,
): Promise<readonly number[]> {
  const sizes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const facade = await place.startFacade(INSPECTED);
    const caller = await place.call(facade);
    await caller.vclusters.listVClusters({ namespace: place.namespace, pageSize: 1_000 });
    caller.close();
    await settle(facade);
    sizes.push(residentBytesOf(facade.pid));
    await facade.stop();
  }
  return sizes;
}

/** B13: memory that a facade needs for many instances. They exist. */
export async function measureFacadeMemory(
  place: ApiPlace,
  empty: readonly number[],
  rounds: number,
): Promise<Result> {
  const full = await measureFacadeSizes(place, rounds);
  const { body } = await place.api.call("GET", instancePath(place.namespace));
  const { items } = body as { readonly items: readonly unknown[] };
  const listBytes = Buffer.byteLength(JSON.stringify(body));
  const most = Math.max(...full) / MEBIBYTE;
  return {
    id: "B13",
    what: `facade memory for ${String(items.length)} instances, above empty`,
    peer: "bytes of their JSON list",
    unit: "MiB",
    ours: full.map((size, round) => (size - (empty[round] ?? 0)) / MEBIBYTE),
    theirs: full.map(() => listBytes / MEBIBYTE),
    goal: 10,
    remarks: [
      `VmRSS after garbage was collected through the inspector; empty: ${((empty[0] ?? 0) / MEBIBYTE).toFixed(1)} MiB`,
      `at most ${most.toFixed(1)} MiB in all, wanted are ${String(MOST_MEBIBYTES)}`,
    ],
  };
}
