import { instancePath } from "../src/harness/fleet.ts";
import type { ApiPlace } from "./api-place.ts";
import { medianOf, type Result } from "./result.ts";
import { timesOf } from "./stopwatch.ts";

const GETS = 200;
const LISTS = 10;

/** B1c: reads of one and of all instances, until the reader has decoded them. They exist. */
export async function measureApiRead(
  place: ApiPlace,
  count: number,
  rounds: number,
): Promise<readonly Result[]> {
  const { api, namespace } = place;
  const facade = await place.startFacade();
  const caller = await place.call(facade);
  const { vclusters } = caller;
  const nameOf = (number: number): string => `filled-${String(number % count)}`;
  const asks = {
    ours: {
      get: (number: number) => vclusters.getVCluster({ namespace, name: nameOf(number) }),
      list: async () => {
        const { vclusters: all } = await vclusters.listVClusters({ namespace, pageSize: count });
        if (all.length !== count) throw new Error(`${String(all.length)} were listed`);
      },
    },
    theirs: {
      get: (number: number) => api.call("GET", instancePath(namespace, nameOf(number))),
      list: async () => {
        const all = await api.list(instancePath(namespace));
        if (all.length !== count) throw new Error(`${String(all.length)} were listed`);
      },
    },
  };
  const gets = { ours: [] as number[], theirs: [] as number[] };
  const lists = { ours: [] as number[], theirs: [] as number[] };
  // The first round warms both up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const side of ["ours", "theirs"] as const) {
      const get = medianOf(await timesOf(GETS, asks[side].get));
      const list = medianOf(await timesOf(LISTS, asks[side].list));
      if (round === 0) continue;
      gets[side].push(get);
      lists[side].push(list);
    }
  }
  caller.close();
  await facade.stop();
  const common = { peer: "the same from the API server, as JSON", unit: "ms", goal: 1 };
  return [
    { id: "B1c", what: "Get p50", ...common, ...gets },
    { id: "B1c", what: `List of ${String(count)} p50`, ...common, ...lists },
  ];
}
