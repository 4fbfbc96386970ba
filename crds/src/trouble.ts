import type { Reason } from "./conditions.ts";
import { BROKEN } from "./phase.ts";

/** Reasons that somebody should look into: a warning among the events of an instance, and counted as a failure. */
export const TROUBLE: ReadonlySet<Reason> = new Set<Reason>([
  ...BROKEN,
  "ValuesRefused",
  "ValuesInvalid",
  "FieldRefused",
  "LimitsInvalid",
  "LimitsTooTight",
  "SyncConflict",
  "SchedulerNeedsNodes",
  "ServiceAccountReserved",
  "SuspendWouldLoseData",
  "ChartUnknown",
  "ChartUnavailable",
  "ChartUnsupported",
  "ChartCorrupt",
  "ChartForbidden",
  "ChartSourceInvalid",
  "DistroUnsupported",
  "KubernetesUnsupported",
  "VersionSkipsMinor",
  "DowngradeRefused",
  "StoreChanged",
  "NamespaceReserved",
  "NamespaceNotOwned",
  "NamespaceTaken",
  "SecretNotOwned",
  "ExternalEtcdSecretMissing",
  "ReleaseForged",
  "HelmFailed",
  "RolledBack",
  "PKILost",
  "VolumesReplaced",
  "APIUnreachable",
  "DrainBlocked",
  "DrainTimedOut",
  "DrainAborted",
  "WorkloadsTimedOut",
  "SnapshotFailed",
  "RestoreIncomplete",
  "DeletionBlocked",
  "InternalError",
]);

/** Whether somebody should look into it. Reasons of other writers are none. Pure. */
export function isTrouble(reason: string): boolean {
  return TROUBLE.has(reason as Reason);
}
