import { VCLUSTER_INSTANCE, type VClusterInstance } from "@open-vcluster/crds";
import type { KubeClient } from "@open-vcluster/runtime";
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
  const owned = { fields: OWNED_FIELDS, conditionTypes: OWNED_CONDITIONS };
  const write = { type: VCLUSTER_INSTANCE, object: instance, status, owned, onlyAsRead: !acted };
  return writeStatus(write, client, signal);
}
