import type { VClusterSnapshot } from "@open-vcluster/crds";
import { timeText } from "@open-vcluster/runtime";
import type { Report, SnapshotContext, SnapshotDecision } from "./decision.ts";
import { expirationMs, isComplete, verificationDueMs } from "./facts.ts";
import type { SnapshotSeen } from "./seen.ts";
import { standingOf } from "./standing.ts";
import { tidy } from "./tidy.ts";
import { decideVerification } from "./verification.ts";

/** How often it is looked whether the restore that needs it has ended. */
const NEEDED_POLL_MS = 15_000;

/** Decides about a snapshot that is complete: it is read back again when that is asked for, and ends when it expires. Pure. */
export function decideKeeping(
  seen: SnapshotSeen,
  context: SnapshotContext,
): SnapshotDecision | undefined {
  const { snapshot } = seen;
  if (!isComplete(snapshot)) return undefined;
  const expiresMs = expirationMs(snapshot, Date.parse(snapshot.status?.completionTime ?? ""));
  const isOver = expiresMs !== undefined && expiresMs <= context.nowMs;
  if (isOver && snapshot.spec.hold !== true) {
    return seen.reader === undefined
      ? { action: { kind: "expire" } }
      : { action: { kind: "none" }, requeueAfterMs: NEEDED_POLL_MS };
  }
  const decision = decideVerification(seen, context) ?? tidy(seen) ?? atRest(snapshot);
  return {
    ...decision,
    ...reportWith(decision, snapshot, expiresMs),
    ...wakeAt([expiresMs, verificationDueMs(snapshot)], decision, context),
  };
}

function atRest(snapshot: VClusterSnapshot): SnapshotDecision {
  return {
    action: { kind: "none" },
    report: { ...standingOf(snapshot), fields: { progress: undefined } },
  };
}

function reportWith(
  { report }: SnapshotDecision,
  { spec }: VClusterSnapshot,
  expiresMs: number | undefined,
): { readonly report?: Report } {
  if (report === undefined) return {};
  // What was found belongs to whoever made it, who also ends it, until somebody asks for an end here.
  if (spec.snapshotID !== undefined && expiresMs === undefined) return { report };
  const expirationTime = expiresMs === undefined ? undefined : timeText(expiresMs);
  return { report: { ...report, fields: { ...report.fields, expirationTime } } };
}

/** The first moment at which something else is to be done. */
function wakeAt(
  momentsMs: readonly (number | undefined)[],
  { requeueAfterMs = Number.POSITIVE_INFINITY }: SnapshotDecision,
  { nowMs }: SnapshotContext,
): Pick<SnapshotDecision, "requeueAfterMs"> {
  const waits = momentsMs.map((ms) => (ms ?? 0) - nowMs).filter((ms) => ms > 0);
  const firstMs = Math.min(requeueAfterMs, ...waits);
  return Number.isFinite(firstMs) ? { requeueAfterMs: firstMs } : {};
}
