import {
  apiVersionOf,
  type Condition,
  type EventNote,
  findCondition,
  type ResourceType,
} from "@open-vcluster/runtime";

/** What a note needs to know of an object. */
interface Told {
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: string;
  };
  readonly status?: { readonly conditions?: readonly unknown[] };
}

/** The event for an object whose condition Ready has another reason than before; undefined if it has not. Pure. */
export function noteTurn(
  type: ResourceType,
  { metadata, status }: Told,
  after: Told["status"],
): EventNote | undefined {
  const readyOf = (of: Told["status"]): Condition | undefined =>
    findCondition(of?.conditions as readonly Condition[] | undefined, "Ready");
  const ready = readyOf(after);
  if (ready === undefined || ready.reason === readyOf(status)?.reason) return undefined;
  const { namespace, name, uid } = metadata;
  return {
    regarding: { apiVersion: apiVersionOf(type), kind: type.kind, namespace, name, uid },
    type: ready.status === "False" ? "Warning" : "Normal",
    reason: ready.reason,
    action: "Reconcile",
    note: ready.message,
    occasion: `${ready.reason}/${ready.lastTransitionTime}`,
  };
}
