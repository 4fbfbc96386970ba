import { type ContextKey, type ContextValues, createContextKey } from "@connectrpc/connect";
import { Failure } from "@open-vcluster/runtime";
import type { Principal } from "../identity/principal.ts";

/** What a handler adds to the audit line and to the log line of its call; never secrets. */
export interface CallFacts {
  /** What the call is about, such as `NAMESPACE/NAME`. */
  readonly resource?: string;
  /** The client's `request_id`. */
  readonly requestId?: string;
  readonly operationId?: string;
  /** UID of the snapshot that is restored. */
  readonly snapshotId?: string;
  /** What was decided, such as `replayed` or `accepted`; absent: `allowed`, or `denied` where permission was missing. */
  readonly decision?: string;
}

/** One call as its handler sees it: who makes it, and where facts about it go. */
export interface Call {
  readonly principal: Principal;
  /** Address of the peer, without its port. */
  readonly source: string;
  /** Scheme, host and port of this API as the caller's request names them. */
  readonly baseUrl: string;
  /** Trace that the call belongs to; undefined if it belongs to none. */
  readonly traceparent: string | undefined;
  /** Random; in the answer's header `x-request-id`, in log lines and in the audit. */
  readonly id: string;
  /** Adds facts; a later value of a fact replaces an earlier one. */
  note(facts: CallFacts): void;
}

/** Where {@link callOf} finds the call; set before any handler runs. */
export const CALL: ContextKey<Call | undefined> = createContextKey<Call | undefined>(undefined, {
  description: "call",
});

/** The call that a handler serves. Throws `bug` where no call surrounds the handler. */
export function callOf(context: { readonly values: ContextValues }): Call {
  const call = context.values.get(CALL);
  if (call === undefined) throw new Failure("bug", "CallMissing", "No call surrounds this handler");
  return call;
}
