import {
  type ConditionType,
  isTrouble,
  VCLUSTER_INSTANCE,
  type VClusterInstance,
} from "@open-vcluster/crds";
import type { EventNote } from "@open-vcluster/runtime";
import { workDone } from "./work.ts";

type Status = NonNullable<VClusterInstance["status"]>;
type Told = NonNullable<Status["conditions"]>[number];

/** How long a turn is news; events themselves are kept for an hour. */
const OWED_MS = 600_000;

/** The events for a status that took a turn; none when it did not. Pure. */
export function noteTransitions(
  instance: VClusterInstance,
  after: Status,
  nowMs: number,
): readonly EventNote[] {
  const before = (type: ConditionType): Told | undefined => conditionOf(instance.status, type);
  const now = (type: ConditionType): Told | undefined => conditionOf(after, type);
  const isTurn = before("Ready")?.reason !== now("Ready")?.reason;
  const begins = (type: ConditionType): boolean => before(type) === undefined;
  return [
    isTurn ? noteReady(instance, now("Ready"), durationOf(instance, after, nowMs)) : undefined,
    !isTurn && begins("Stalled") ? noteStalled(instance, now("Stalled")) : undefined,
    begins("StoreKept") ? noteStoreKept(instance, now("StoreKept")) : undefined,
  ].filter((note) => note !== undefined);
}

/**
 * The events that a leader who lost the lead may not have come to write, by the turns that a status took lately. Pure.
 */
export function notesOwed(instance: VClusterInstance, nowMs: number): readonly EventNote[] {
  const lately = (type: ConditionType): Told | undefined => {
    const told = conditionOf(instance.status, type);
    const sinceMs = Date.parse(told?.lastTransitionTime ?? "");
    return nowMs - sinceMs < OWED_MS ? told : undefined;
  };
  return [
    noteReady(instance, lately("Ready"), ""),
    noteStoreKept(instance, lately("StoreKept")),
  ].filter((note) => note !== undefined);
}

function noteReady(
  instance: VClusterInstance,
  ready: Told | undefined,
  duration: string,
): EventNote | undefined {
  if (ready === undefined) return undefined;
  const note = `${ready.message}${duration}`;
  const type = typeOf(ready.reason);
  return noteOn(instance, { ...ready, type, action: "Reconcile", note, occasion: turnOf(ready) });
}

function noteStalled(instance: VClusterInstance, stalled: Told | undefined): EventNote | undefined {
  if (stalled === undefined) return undefined;
  const note = `Nothing is tried any more until somebody acts. ${stalled.message}`;
  return noteOn(instance, { ...stalled, type: "Warning", action: "Stall", note });
}

function noteStoreKept(instance: VClusterInstance, kept: Told | undefined): EventNote | undefined {
  if (kept === undefined) return undefined;
  const { reason, message: note } = kept;
  const occasion = turnOf(kept);
  return noteOn(instance, { reason, type: "Warning", action: "Reconcile", note, occasion });
}

/** Names one turn of a condition for every leader who reads the status. */
function turnOf({ type, reason, observedGeneration = 0, lastTransitionTime }: Told): string {
  return [type, reason, observedGeneration, lastTransitionTime].join("/");
}

/** An event about an instance. Pure. */
export function noteOn(
  { metadata: { namespace, name, uid } }: VClusterInstance,
  { type, reason, action, note, occasion }: Omit<EventNote, "regarding">,
): EventNote {
  const apiVersion = `${VCLUSTER_INSTANCE.group}/${VCLUSTER_INSTANCE.version}`;
  const regarding = { apiVersion, kind: VCLUSTER_INSTANCE.kind, namespace, name, uid };
  return { regarding, type, reason, action, note, occasion };
}

function typeOf(reason: string): EventNote["type"] {
  return isTrouble(reason) ? "Warning" : "Normal";
}

function durationOf(instance: VClusterInstance, after: Status, nowMs: number): string {
  const done = workDone(instance, after);
  if (done === undefined) return "";
  return ` (${done.work} took ${String(Math.max(0, Math.round((nowMs - done.sinceMs) / 1_000)))} s)`;
}

function conditionOf(status: Status | undefined, wanted: ConditionType): Told | undefined {
  return status?.conditions?.find(({ type }) => type === wanted);
}
