import type { VClusterInstance } from "@open-vcluster/crds";
import type { HasMetadata, KubeClient } from "@open-vcluster/runtime";
import { VCLUSTER_INSTANCES } from "../world/kinds.ts";
import { writeStatus } from "../world/write-status.ts";
import { OWNED_CONDITIONS, OWNED_FIELDS } from "./status.ts";

/** What came of a pass. */
interface Account {
  readonly instance: VClusterInstance;
  readonly status: NonNullable<VClusterInstance["status"]>;
  /** Whether the pass had an effect. */
  readonly acted: boolean;
}

/** Writes the status, once, if it differs from what is there. */
export function record(
  { instance, status, acted }: Account,
  client: KubeClient,
  signal: AbortSignal,
): Promise<boolean> {
  const object = instance as VClusterInstance & HasMetadata;
  const owned = { fields: OWNED_FIELDS, conditionTypes: OWNED_CONDITIONS };
  const write = { type: VCLUSTER_INSTANCES, object, status, owned, onlyAsRead: !acted };
  return writeStatus(write, client, signal);
}
