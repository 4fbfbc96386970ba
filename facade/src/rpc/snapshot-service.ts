import type { ServiceImpl } from "@connectrpc/connect";
import type { SnapshotService } from "@open-vcluster/api";
import { notYet } from "../translate/not-yet.ts";

const ADVICE = "copy what you need through the virtual API";

/** The service of snapshots, which this version does not have. */
export function snapshotService(): ServiceImpl<typeof SnapshotService> {
  return {
    listSnapshots: () => {
      throw notYet("ListSnapshots", ADVICE);
    },
    getSnapshot: () => {
      throw notYet("GetSnapshot", ADVICE);
    },
    deleteSnapshot: () => {
      throw notYet("DeleteSnapshot", ADVICE);
    },
  };
}
