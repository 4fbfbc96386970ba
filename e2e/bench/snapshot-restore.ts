import { medianOf, type Result } from "./result.ts";
import type { LoadRun, SnapshotPlace } from "./snapshot-place.ts";

/** B6: restores into an empty etcd, in turns with vcluster's way and with etcd's own. The place is empty. */
export async function measureRestores(
  place: SnapshotPlace,
  rounds: number,
): Promise<readonly Result[]> {
  await place.fill(1);
  await place.full();
  await place.save();
  const loads: LoadRun[] = [];
  const oneByOne: number[] = [];
  const saved: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    loads.push(await place.load());
    saved.push(await place.restoreSaved());
    oneByOne.push(await place.loadOneByOne());
  }
  const median = (of: (run: LoadRun) => number): number => medianOf(loads.map(of));
  const remarks = [
    `${String(loads[0]?.keys)} keys, decrypted, in transactions that etcd synced to disk; without the start of Node`,
    `read back and compared as well: ${median((run) => run.provenSeconds).toFixed(2)} s`,
    `memory at its most: ${(median((run) => run.peakBytes) / (1 << 20)).toFixed(0)} MiB`,
  ];
  return [
    {
      ...{ id: "B6a", what: "restore into an empty etcd", unit: "keys/s", goal: 25, remarks },
      peer: "vcluster's way: a get and a transaction for each key",
      better: "more",
      ours: loads.map(({ keys, writtenSeconds }) => keys / writtenSeconds),
      theirs: oneByOne,
    },
    {
      ...{ id: "B6b", what: "restore into an etcd that is up and empty", unit: "s", goal: 1.5 },
      peer: "etcdutl snapshot restore, and the start of etcd on it",
      ours: loads.map(({ writtenSeconds }) => writtenSeconds),
      theirs: saved,
      remarks: [`start of the empty etcd: ${median((run) => run.startSeconds).toFixed(2)} s`],
    },
  ];
}
