import { VCLUSTER_SNAPSHOT, type VClusterSnapshot } from "@open-vcluster/crds";
import type { Clock, KubeClient } from "@open-vcluster/runtime";
import { writeStatus } from "../world/write-status.ts";
import type { Report } from "./decision.ts";
import { OWNED, statusOf } from "./status.ts";

/** What is told of a snapshot. */
export interface Telling {
  readonly snapshot: VClusterSnapshot;
  /** Absent: nothing new. */
  readonly report: Report | undefined;
  /** Whether it holds only for the snapshot as it was read. */
  readonly onlyAsRead: boolean;
}

/** Writes the status, once, if it differs from what is there. Returns it if it was written. */
export async function record(
  { snapshot, report, onlyAsRead }: Telling,
  { client, clock }: { readonly client: KubeClient; readonly clock: Clock },
  signal: AbortSignal,
): Promise<VClusterSnapshot["status"]> {
  if (report === undefined) return undefined;
  const status = statusOf(snapshot, report, clock.nowMs());
  const write = { type: VCLUSTER_SNAPSHOT, object: snapshot, status, owned: OWNED, onlyAsRead };
  return (await writeStatus(write, client, signal)) ? status : undefined;
}
