import { VCLUSTER_RESTORE, type VClusterRestore } from "@open-vcluster/crds";
import type { Clock, KubeClient } from "@open-vcluster/runtime";
import { writeStatus } from "../world/write-status.ts";
import type { Turn } from "./decision.ts";
import type { RestoreStatus } from "./seen.ts";
import { OWNED, statusOf } from "./status.ts";

/** Writes the status, once, if a turn changes what is there. Returns it if it was written. */
export async function record(
  restore: VClusterRestore,
  turn: Turn | undefined,
  { client, clock }: { readonly client: KubeClient; readonly clock: Clock },
  signal: AbortSignal,
): Promise<RestoreStatus | undefined> {
  if (turn === undefined) return undefined;
  const status = statusOf(restore, turn, clock.nowMs());
  const write = { type: VCLUSTER_RESTORE, object: restore, status, owned: OWNED, onlyAsRead: true };
  return (await writeStatus(write, client, signal)) ? status : undefined;
}
