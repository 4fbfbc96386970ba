import { create } from "@bufbuild/protobuf";
import { type WorkProgress, WorkProgressSchema } from "@open-vcluster/api";
import type { VClusterRestoreStatus, VClusterSnapshotStatus } from "@open-vcluster/crds";

type Progress = NonNullable<(VClusterSnapshotStatus | VClusterRestoreStatus)["progress"]>;

/** How far work is, as the contract shows it. Pure. */
export function toWorkProgress({ stage, keys, totalKeys, bytes }: Progress): WorkProgress {
  return create(WorkProgressSchema, {
    stage,
    keys: BigInt(keys ?? 0),
    totalKeys: BigInt(totalKeys ?? 0),
    bytes: BigInt(bytes ?? 0),
  });
}
