import type { InstanceAction } from "./action.ts";
import type { InstanceSeen } from "./seen.ts";
import type { InstanceSettings } from "./settings.ts";

/** A step, why it is taken, and when to look again if nothing happens before. */
export interface Decision {
  readonly action: InstanceAction;
  /** A sentence for the log: why this step, or why none. */
  readonly why: string;
  /** Look again after this time, milliseconds, when no event wakes the instance earlier. */
  readonly requeueAfterMs?: number;
}

/** What a check may use besides what was seen. */
export interface CheckContext {
  readonly nowMs: number;
  readonly settings: InstanceSettings;
}

/** One question to the observation: a decision, or nothing to say. */
export type Check = (seen: InstanceSeen, context: CheckContext) => Decision | undefined;

/** A decision to act. */
export function step(action: InstanceAction, why: string): Decision {
  return { action, why };
}

/** A decision to wait for an event, or for `requeueAfterMs`. */
export function waitFor(why: string, requeueAfterMs?: number): Decision {
  const action = { kind: "none" } as const;
  return requeueAfterMs === undefined ? { action, why } : { action, why, requeueAfterMs };
}
