import type { Result } from "./result.ts";
import type { SnapshotPlace } from "./snapshot-place.ts";

const MEBIBYTE = 1 << 20;

/** B10: reading a full snapshot to the last byte, in turns with `sha256sum` of the same objects. The place is empty. */
export async function measureVerify(place: SnapshotPlace, rounds: number): Promise<Result> {
  await place.fill(1);
  const { addedBytes, keys } = await place.full();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    theirs.push(addedBytes / MEBIBYTE / (await place.digest()));
    ours.push(addedBytes / MEBIBYTE / (await place.verify()));
  }
  return {
    ...{ id: "B10", what: "verify a snapshot (level 2)", peer: "sha256sum of its objects" },
    ...{ unit: "MiB/s", ours, theirs, goal: 0.3, better: "more" },
    remarks: [
      `${String(keys)} keys; decrypted, decompressed and compared with their ids; without the start of Node`,
    ],
  };
}
