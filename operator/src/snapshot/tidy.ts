import { isOpenedStore } from "./access/store-seen.ts";
import { CLOSING, type SnapshotDecision } from "./decision.ts";
import { nextToEnd } from "./job/job-mark.ts";
import type { SnapshotSeen } from "./seen.ts";

/** Ends what is left of work that is over; undefined when nothing is. Pure. */
export function tidy({
  jobs,
  store,
}: Pick<SnapshotSeen, "jobs" | "store">): SnapshotDecision | undefined {
  const job = nextToEnd(jobs);
  if (job !== undefined) return { action: { kind: "endWork", job } };
  return isOpenedStore(store) ? CLOSING : undefined;
}
