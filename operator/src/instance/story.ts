import { isTrouble, type VClusterInstance } from "@open-vcluster/crds";
import type { EventNote } from "@open-vcluster/runtime";
import { VCLUSTER_INSTANCES } from "../world/kinds.ts";
import { workDone } from "./work.ts";

type Status = NonNullable<VClusterInstance["status"]>;
type Told = NonNullable<Status["conditions"]>[number];

/** The event for a status that took a turn; undefined when it did not. Pure. */
export function noteTransition(
  instance: VClusterInstance,
  after: Status,
  nowMs: number,
): EventNote | undefined {
  const ready = conditionOf(after, "Ready");
  if (ready === undefined) return undefined;
  if (conditionOf(instance.status, "Ready")?.reason !== ready.reason) {
    const note = `${ready.message}${durationOf(instance, after, nowMs)}`;
    return noteOn(instance, { ...ready, type: typeOf(ready.reason), action: "Reconcile", note });
  }
  const stalled = conditionOf(after, "Stalled");
  if (stalled === undefined || conditionOf(instance.status, "Stalled") !== undefined) {
    return undefined;
  }
  const note = `Nothing is tried any more until somebody acts. ${stalled.message}`;
  return noteOn(instance, { ...stalled, type: "Warning", action: "Stall", note });
}

/** An event about an instance. Pure. */
export function noteOn(
  { metadata: { namespace, name, uid } }: VClusterInstance,
  { type, reason, action, note }: Omit<EventNote, "regarding">,
): EventNote {
  const apiVersion = `${VCLUSTER_INSTANCES.group}/${VCLUSTER_INSTANCES.version}`;
  const regarding = { apiVersion, kind: VCLUSTER_INSTANCES.kind, namespace, name, uid };
  return { regarding, type, reason, action, note };
}

function typeOf(reason: string): EventNote["type"] {
  return isTrouble(reason) ? "Warning" : "Normal";
}

function durationOf(instance: VClusterInstance, after: Status, nowMs: number): string {
  const done = workDone(instance, after);
  if (done === undefined) return "";
  return ` (${done.work} took ${String(Math.max(0, Math.round((nowMs - done.sinceMs) / 1_000)))} s)`;
}

function conditionOf(status: Status | undefined, wanted: string): Told | undefined {
  return status?.conditions?.find(({ type }) => type === wanted);
}
