import type { VClusterInstance } from "@open-vcluster/crds";
import type { HasMetadata, KubeClient } from "@open-vcluster/runtime";
import { VCLUSTER_INSTANCES } from "../world/kinds.ts";
import { writeStatus } from "../world/write-status.ts";
import { OWNED_CONDITIONS, OWNED_FIELDS } from "./status.ts";

/** Writes the status, once, if it differs from what is there. */
export function record(
  instance: VClusterInstance,
  status: NonNullable<VClusterInstance["status"]>,
  client: KubeClient,
  signal: AbortSignal,
): Promise<boolean> {
  const object = instance as VClusterInstance & HasMetadata;
  const owned = { fields: OWNED_FIELDS, conditionTypes: OWNED_CONDITIONS };
  return writeStatus({ type: VCLUSTER_INSTANCES, object, status, owned }, client, signal);
}
