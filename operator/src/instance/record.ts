import type { VClusterInstance } from "@open-vcluster/crds";
import {
  type HasMetadata,
  type KubeClient,
  type KubeObject,
  statusApply,
} from "@open-vcluster/runtime";
import { VCLUSTER_INSTANCES } from "../world/kinds.ts";
import { OWNED_CONDITIONS, OWNED_FIELDS } from "./status.ts";

/** Field manager of the status; another controller may add conditions of its own. */
const STATUS_MANAGER = "open-vcluster-operator-status";

type Status = NonNullable<VClusterInstance["status"]>;

/** What has to be written so that the status is true; undefined when it is true already. Pure. */
function statusBody(instance: VClusterInstance, status: Status): KubeObject | undefined {
  const object = instance as VClusterInstance & HasMetadata;
  return statusApply(VCLUSTER_INSTANCES, object, status, {
    fields: OWNED_FIELDS,
    conditionTypes: OWNED_CONDITIONS,
  });
}

/** Writes the status, once, if it differs from what is there. */
export async function record(
  instance: VClusterInstance,
  status: Status,
  client: KubeClient,
  signal: AbortSignal,
): Promise<boolean> {
  const body = statusBody(instance, status);
  if (body === undefined) return false;
  await client.apply(VCLUSTER_INSTANCES, body, {
    fieldManager: STATUS_MANAGER,
    subresource: "status",
    force: true,
    signal,
  });
  return true;
}
