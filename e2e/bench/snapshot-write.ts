import type { Result } from "./result.ts";
import type { SnapshotPlace, SnapshotRun } from "./snapshot-place.ts";

const MEBIBYTE = 1 << 20;
const LIMIT_MEBIBYTES = 256;
/** The dataset of 32,000 keys. */
const ONE = 1;
/** Of the dataset, for 100,000 keys. */
const HUNDRED_THOUSAND = 3.16;
const TIMES = 10;

/** B4, B5: full and incremental snapshots of one etcd, in turns with etcd's own. The place is empty. */
export async function measureSnapshots(
  place: SnapshotPlace,
  rounds: number,
): Promise<readonly Result[]> {
  await place.fill(ONE);
  const fulls: SnapshotRun[] = [];
  const incrementals: SnapshotRun[] = [];
  const saves: number[] = [];
  const compressed: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    saves.push(await place.save());
    fulls.push(await place.full());
    compressed.push(await place.saveCompressed());
    await place.churn(ONE, round);
    incrementals.push(await place.incremental());
  }
  const ours = fulls.map(({ seconds }) => seconds);
  const remarks = [
    `${String(fulls[0]?.keys)} keys, ${mebibytes(fulls[0]?.valueBytes)} of values, ${mebibytes(fulls[0]?.addedBytes)} stored`,
    "compressed, encrypted and synced to disk; without the start of Node",
  ];
  const seconds = { unit: "s", ours, remarks };
  const what = "full snapshot";
  return [
    { id: "B4a", what, peer: "etcdctl snapshot save", theirs: saves, goal: 1.2, ...seconds },
    {
      ...{ id: "B4b", what, peer: "etcdctl snapshot save and gzip -1" },
      ...{ theirs: compressed, goal: 0.6, ...seconds },
    },
    {
      ...{ id: "B5a", what: "incremental snapshot at 1 % churn, size", peer: "full snapshot" },
      ...{ unit: "MiB", goal: 0.025 },
      ours: incrementals.map(({ addedBytes }) => addedBytes / MEBIBYTE),
      theirs: fulls.map(({ addedBytes }) => addedBytes / MEBIBYTE),
    },
    {
      ...{ id: "B5b", what: "incremental snapshot at 1 % churn, time", peer: "full snapshot" },
      ...{ unit: "s", goal: 0.35, theirs: ours },
      ours: incrementals.map((each) => each.seconds),
    },
  ];
}

/** B11: how time grows with keys, and the most memory that a million of them takes. Both places are empty. */
export async function measureScale(
  small: SnapshotPlace,
  large: SnapshotPlace,
  rounds: number,
): Promise<readonly Result[]> {
  await small.fill(HUNDRED_THOUSAND);
  await large.fill(HUNDRED_THOUSAND * TIMES);
  const smalls: SnapshotRun[] = [];
  const larges: SnapshotRun[] = [];
  for (let round = 0; round < rounds; round += 1) {
    smalls.push(await small.full());
    larges.push(await large.full());
  }
  const keys = `${String(larges[0]?.keys)} keys`;
  return [
    {
      ...{ id: "B11", what: `full snapshot of ${keys}`, peer: `${String(smalls[0]?.keys)} keys` },
      ...{ unit: "s", goal: 11 },
      ours: larges.map(({ seconds }) => seconds),
      theirs: smalls.map(({ seconds }) => seconds),
    },
    {
      ...{ id: "B11m", what: `memory at its most, ${keys}`, peer: "limit of the worker" },
      ...{ unit: "MiB", goal: 1 },
      ours: larges.map(({ peakBytes }) => peakBytes / MEBIBYTE),
      theirs: larges.map(() => LIMIT_MEBIBYTES),
    },
  ];
}

function mebibytes(bytes = 0): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}
