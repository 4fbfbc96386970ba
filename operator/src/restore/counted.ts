import { type RestoreDecision, turn } from "./decision.ts";
import type { RestoreSeen } from "./seen.ts";

/** The plan for a store that holds nothing: all of the snapshot. @param first - What else would be done. Pure. */
export function counted({ snapshot }: RestoreSeen, first = ""): RestoreDecision {
  const plan = { puts: snapshot?.status?.keys ?? 0, deletes: 0, unchanged: 0 };
  const message = `It would ${first}write ${String(plan.puts)} keys at most: all that the snapshot holds, without what is true for its old cluster alone`;
  return turn({ phase: "Completed", reason: "Planned", message, change: { plan }, ends: true });
}

/** What was suspended before it ever ran has no store that could be compared, and is not started for a plan. Pure. */
export function countedForNothing(seen: RestoreSeen): RestoreDecision | undefined {
  const { restore, instance, volumes } = seen;
  if (restore.spec.dryRun !== true || restore.status?.completionTime !== undefined)
    return undefined;
  const hasNothing = instance?.status?.powerState === "Suspended" && volumes.length === 0;
  return hasNothing ? counted(seen) : undefined;
}
