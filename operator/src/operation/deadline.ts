import { parseDuration } from "@open-vcluster/crds";
import type { Followed } from "./decision.ts";

/** What the schema says of an absent `suspend.drainTimeout` and of an absent `resume.timeout`. */
const DEFAULT_PATIENCE = "5m";

/**
 * When an operation is out of time, epoch milliseconds. What the instance gives its workloads to leave or to come back is
 * added to `allowedMs`. Pure.
 */
export function deadlineMs(followed: Followed, allowedMs: number): number {
  const { metadata, status } = followed.operation;
  const startMs = Date.parse(status?.startedAt ?? metadata.creationTimestamp ?? "");
  return startMs + allowedMs + (parseDuration(patienceOf(followed)) ?? 0);
}

function patienceOf({ operation, target }: Followed): string {
  switch (operation.spec.method) {
    case "SuspendVCluster":
      return target.spec.suspend?.drainTimeout ?? DEFAULT_PATIENCE;
    case "ResumeVCluster":
      return target.spec.resume?.timeout ?? DEFAULT_PATIENCE;
    default:
      return "0s";
  }
}
