import { VCLUSTER_OPERATION, type VClusterOperation } from "@open-vcluster/crds";
import type { KubeClient } from "@open-vcluster/runtime";
import { writeStatus } from "../world/write-status.ts";
import { OWNED } from "./status.ts";

/** Writes the status, once, if it differs from what is there. */
export function record(
  operation: VClusterOperation,
  status: NonNullable<VClusterOperation["status"]>,
  client: KubeClient,
  signal: AbortSignal,
): Promise<boolean> {
  const write = {
    type: VCLUSTER_OPERATION,
    object: operation,
    status,
    owned: OWNED,
    onlyAsRead: true,
  };
  return writeStatus(write, client, signal);
}
