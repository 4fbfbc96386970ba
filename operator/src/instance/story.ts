import type { VClusterInstance } from "@open-vcluster/crds";
import type { EventNote } from "@open-vcluster/runtime";
import { VCLUSTER_INSTANCES } from "../world/kinds.ts";

type Status = NonNullable<VClusterInstance["status"]>;

/** Reasons that are worth a warning when they become the summary. */
const TROUBLE =
  /Failed|Refused|Invalid|Unknown|Unavailable|Unsupported|NotOwned|Taken|Missing|RolledBack|Lost|CrashLooping|NotAvailable|Unschedulable|Full|Exceeded|Unreachable|Blocked|TimedOut|Aborted|Skips|Changed|Error/;

/** The event for a status whose summary took a turn; undefined when it did not. Pure. */
export function noteTransition(instance: VClusterInstance, after: Status): EventNote | undefined {
  const before = summaryOf(instance.status);
  const now = summaryOf(after);
  if (now === undefined || before?.reason === now.reason) return undefined;
  const { namespace, name, uid } = instance.metadata;
  return {
    regarding: {
      apiVersion: `${VCLUSTER_INSTANCES.group}/${VCLUSTER_INSTANCES.version}`,
      kind: VCLUSTER_INSTANCES.kind,
      namespace,
      name,
      uid,
    },
    type: TROUBLE.test(now.reason) ? "Warning" : "Normal",
    reason: now.reason,
    action: "Reconcile",
    note: now.message,
  };
}

function summaryOf(status: Status | undefined): { reason: string; message: string } | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}
