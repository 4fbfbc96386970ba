import { VCLUSTER_OPERATION, type VClusterOperation } from "@open-vcluster/crds";
import type { HasMetadata, KubeClient } from "@open-vcluster/runtime";
import { writeStatus } from "../world/write-status.ts";
import { OWNED } from "./status.ts";

/** Writes the status, once, if it differs from what is there. */
export function record(
  operation: VClusterOperation,
  status: NonNullable<VClusterOperation["status"]>,
  client: KubeClient,
  signal: AbortSignal,
): Promise<boolean> {
  const object = operation as VClusterOperation & HasMetadata;
  const write = { type: VCLUSTER_OPERATION, object, status, owned: OWNED, onlyAsRead: true };
  return writeStatus(write, client, signal);
}
