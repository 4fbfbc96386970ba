import type { ServiceImpl } from "@connectrpc/connect";
import type { SnapshotService } from "@open-vcluster/api";
import { toSnapshot } from "../translate/snapshot.ts";
import type { ServiceDeps } from "./deps.ts";
import { deleteSnapshot, holdSnapshot, verifySnapshot } from "./snapshot/change.ts";
import { findSnapshot } from "./snapshot/find.ts";
import { listSnapshots } from "./snapshot/list.ts";

/** The service of snapshots. */
export function snapshotService(deps: ServiceDeps): ServiceImpl<typeof SnapshotService> {
  return {
    listSnapshots: (request, context) => listSnapshots(request, context, deps),
    getSnapshot: async (request, context) => ({
      snapshot: toSnapshot(await findSnapshot(request, "get", context, deps)),
    }),
    deleteSnapshot: (request, context) => deleteSnapshot(request, context, deps),
    holdSnapshot: (request, context) => holdSnapshot(request, context, deps),
    verifySnapshot: (request, context) => verifySnapshot(request, context, deps),
  };
}
