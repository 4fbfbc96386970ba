import type { VClusterRestore, VClusterSnapshot } from "@open-vcluster/crds";

/** How far a snapshot or a restore is. */
export type Progress =
  | { readonly kind: "underWay"; readonly sinceMs: number }
  | { readonly kind: "done"; readonly durationMs: number }
  | { readonly kind: "failed"; readonly reason: string }
  /** Nobody waits for it: a snapshot that was found in a bucket, one that goes, or a plan. */
  | { readonly kind: "none" };

type Task = Pick<VClusterSnapshot | VClusterRestore, "metadata" | "status">;

const NONE: Progress = { kind: "none" };

/** How far a snapshot is, by its status alone. Pure. */
export function snapshotProgress(snapshot: VClusterSnapshot): Progress {
  const isFound = snapshot.spec.snapshotID !== undefined;
  switch (snapshot.status?.phase) {
    case "Deleting":
      return NONE;
    case "Ready":
      return isFound ? NONE : done(snapshot);
    case "Failed":
      return failed(snapshot);
    default:
      return isFound ? NONE : underWay(snapshot);
  }
}

/** How far a restore is, by its status alone. Pure. */
export function restoreProgress(restore: VClusterRestore): Progress {
  if (restore.spec.dryRun === true) return NONE;
  switch (restore.status?.phase) {
    case "Completed":
      return done(restore);
    case "Failed":
    case "RolledBack":
      return failed(restore);
    default:
      return underWay(restore);
  }
}

function underWay({ metadata }: Task): Progress {
  if (metadata.deletionTimestamp !== undefined) return NONE;
  return { kind: "underWay", sinceMs: Date.parse(metadata.creationTimestamp ?? "") };
}

function done({ metadata, status }: Task): Progress {
  const createdMs = Date.parse(metadata.creationTimestamp ?? "");
  const durationMs = Date.parse(status?.completionTime ?? "") - createdMs;
  return Number.isNaN(durationMs) ? NONE : { kind: "done", durationMs: Math.max(0, durationMs) };
}

function failed({ status }: Task): Progress {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return { kind: "failed", reason: ready?.reason ?? "InternalError" };
}
