import type { VClusterSnapshot } from "@open-vcluster/crds";
import type { Caches } from "../world/caches.ts";
import { askerText } from "./job/asker.ts";
import { mayRun } from "./job/job-mark.ts";
import { askerOf } from "./work-id.ts";

/** Whether a worker of this snapshot runs, or is on its way out. Pure. */
export function isBeingMade(snapshot: VClusterSnapshot, { jobs }: Pick<Caches, "jobs">): boolean {
  return jobs.byIndex("asker", askerText(askerOf(snapshot))).some(mayRun);
}
