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
  if (plan !== undefined) await removePlan(plan, client, signal);
  await remove(VCLUSTER_OPERATION, { namespace, name, uid }, client, signal);
}

/** One that lies where this operator has no more say must not keep its operation, and all others. */
async function removePlan(
  plan: NonNullable<EndedOperation["plan"]>,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  try {
    await remove(VCLUSTER_RESTORE, plan, client, signal);
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !REFUSED.has(thrown.reason)) throw thrown;
  }
}

const REFUSED: ReadonlySet<string> = new Set(["Forbidden", "AdmissionDenied"]);

async function remove(
  type: ResourceType,
  { uid, ...key }: ObjectKey & { readonly uid: string },
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.delete(type, key, { uid, signal });
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.kind !== "conflict") throw thrown;
  }
}
