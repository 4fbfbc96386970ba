import { VCLUSTER_OPERATION, VCLUSTER_RESTORE } from "@open-vcluster/crds";
import {
  Failure,
  type KubeClient,
  type ObjectKey,
  type ResourceType,
} from "@open-vcluster/runtime";
import type { EndedOperation } from "../world/operation-mark.ts";

/** Removes an operation whose time is over, and a plan that only it led to. Another one that took its name stays. */
export async function removeOperation(
  { namespace, name, uid, plan }: EndedOperation,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  if (plan !== undefined) await remove(VCLUSTER_RESTORE, plan, client, signal);
  await remove(VCLUSTER_OPERATION, { namespace, name, uid }, client, signal);
}

async function remove(
  type: ResourceType,
  { uid, ...key }: ObjectKey & { readonly uid: string },
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.delete(type, key, { uid, signal });
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !isOthers(thrown)) throw thrown;
  }
}

/** Another one has the name, or lies where this operator has no more say: that must not keep all others. */
function isOthers({ kind, reason }: Failure): boolean {
  return kind === "conflict" || reason === "Forbidden" || reason === "AdmissionDenied";
}
