import type { WorkProgress } from "@open-vcluster/api";
import { VCLUSTER_RESTORE, type VClusterOperation } from "@open-vcluster/crds";
import { keyText } from "@open-vcluster/runtime";
import { toWorkProgress } from "../../translate/work-progress.ts";
import { isFinished } from "../../write/operations.ts";
import type { ServiceDeps } from "../deps.ts";

/** How far the snapshot or the restore of an operation is; undefined while nothing is at work for it. */
export function progressOf(
  operation: VClusterOperation,
  { snapshots, restores }: Pick<ServiceDeps, "snapshots" | "restores">,
): WorkProgress | undefined {
  const { spec, status } = operation;
  const { object } = spec;
  if (object === undefined || isFinished(operation)) return undefined;
  const { informer } = object.kind === VCLUSTER_RESTORE.kind ? restores : snapshots;
  const found = informer.get(keyText(object));
  const progress = found?.status?.progress;
  const isMeant = found?.metadata.uid === (object.uid ?? status?.targetUid);
  return isMeant && progress !== undefined ? toWorkProgress(progress) : undefined;
}
