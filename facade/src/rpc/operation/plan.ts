import type { RestorePlan } from "@open-vcluster/api";
import {
  VCLUSTER_RESTORE,
  type VClusterOperation,
  type VClusterRestore,
} from "@open-vcluster/crds";
import { keyText, type ObjectKey } from "@open-vcluster/runtime";
import type { Call } from "../../call/call.ts";
import { toRestorePlan } from "../../translate/restore-plan.ts";
import type { ServiceDeps } from "../deps.ts";

/**
 * What the restore of an operation changes; undefined while that is not known, for an operation about anything else, and
 * for a caller that may not restore: names of objects inside of the virtual cluster are in it.
 */
export async function planOf(
  operation: VClusterOperation,
  { principal }: Call,
  { restores, permissions }: ServiceDeps,
): Promise<RestorePlan | undefined> {
  const { object, target } = operation.spec;
  if (object?.kind !== VCLUSTER_RESTORE.kind) return undefined;
  const { namespace, name } = target;
  const permission = { verb: "update", subresource: "restore", namespace, name } as const;
  if (!(await permissions.check(principal, permission))) return undefined;
  const restore = await restoreOf(operation, object, restores);
  return restore === undefined ? undefined : toRestorePlan(restore);
}

async function restoreOf(
  { status }: VClusterOperation,
  object: ObjectKey,
  restores: ServiceDeps["restores"],
): Promise<VClusterRestore | undefined> {
  const known = restores.informer.get(keyText(object));
  // The cache may hear of the end of an operation before it hears of what ended it.
  const isBehind = status?.state === "Succeeded" && known?.status?.plan === undefined;
  const restore = isBehind ? await restores.read(object) : known;
  return restore?.metadata.uid === status?.targetUid ? restore : undefined;
}
