import type { RestoreStatusPhase, SnapshotReason } from "@open-vcluster/crds";
import type { RestoreAction } from "./action.ts";
import type { RestoreSeen, RestoreStatus } from "./seen.ts";
import type { RestoreSettings } from "./settings.ts";

/** Where a restore is after a decision. */
export interface Turn {
  readonly phase: RestoreStatusPhase;
  readonly reason: SnapshotReason;
  readonly message: string;
  /** Fields that change; a field that is undefined goes. */
  readonly change?: { readonly [K in keyof RestoreStatus]?: RestoreStatus[K] | undefined };
  /** Nothing more is done for it. */
  readonly ends?: boolean;
}

/** One effect or none, and what is written down once it succeeded. */
export interface RestoreDecision {
  readonly action: RestoreAction;
  /** Absent: the status stays as it is. */
  readonly turn?: Turn;
  /** Look again after this time, milliseconds, if no event comes earlier. */
  readonly requeueAfterMs?: number;
}

/** What a check may use besides what was seen. */
export interface DecideContext {
  readonly nowMs: number;
  readonly settings: RestoreSettings;
}

/** One question to the observation: a decision, or nothing to say. */
export type Check = (seen: RestoreSeen, context: DecideContext) => RestoreDecision | undefined;

/** An effect. */
export function act(action: RestoreAction, turn?: Turn): RestoreDecision {
  return turn === undefined ? { action } : { action, turn };
}

/** A status that is true from now on, and another look at once. */
export function turn(next: Turn): RestoreDecision {
  return { action: { kind: "none" }, turn: next };
}

/** Waiting, for an event or for some time. */
export function waitFor(next: Turn, requeueAfterMs: number): RestoreDecision {
  return { action: { kind: "none" }, turn: next, requeueAfterMs };
}

/** The end of a restore that did not change anything. */
export function fail(reason: SnapshotReason, message: string): RestoreDecision {
  const change = { instanceMode: undefined, progress: undefined };
  return turn({ phase: "Failed", reason, message, change, ends: true });
}
