import { VCLUSTER_OPERATION } from "@open-vcluster/crds";
import { Failure, type KubeClient } from "@open-vcluster/runtime";
import type { EndedOperation } from "../world/operation-mark.ts";

/** Removes an operation whose time is over. Another one that took its name stays. */
export async function removeOperation(
  { namespace, name, uid }: EndedOperation,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.delete(VCLUSTER_OPERATION, { namespace, name }, { uid, signal });
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.kind !== "conflict") throw thrown;
  }
}
