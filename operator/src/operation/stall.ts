import type { Reason } from "@open-vcluster/crds";
import type { Followed } from "./decision.ts";
import { type Ending, failed } from "./ending.ts";
import { conditionSince } from "./target.ts";

/** Reasons of a refused spec that lie around the instance and can pass without another spec. */
const SURROUNDINGS: ReadonlySet<string> = new Set<Reason>([
  "NamespaceNotOwned",
  "NamespaceTaken",
  "ExternalEtcdSecretMissing",
]);

const DRAIN_ABORTED =
  "The drain timed out and the suspension was given up; the instance runs. Release the pods that status.drain of the instance names, or ask again with another time-out action";

/** A stall that fails an operation, and when it does. */
export interface Stall {
  readonly ending: Ending;
  /** Epoch milliseconds; before it the operator may still overcome the stall by itself. */
  readonly failsAtMs: number;
}

/**
 * What keeps the instance from moving; undefined while it moves.
 *
 * A drain that was given up, an upgrade that was rolled back and a spec that can never be carried out fail an operation at
 * once: nothing is tried again before the spec changes. Any other stall has to last, because the operator goes on
 * trying. Pure.
 */
export function stallOf(followed: Followed, graceMs: number): Stall | undefined {
  const { method } = followed.operation.spec;
  const suspended = conditionSince(followed, "Suspended");
  if (method === "SuspendVCluster" && suspended?.reason === "DrainAborted") {
    return { ending: failed("FAILED_PRECONDITION", "DrainAborted", DRAIN_ABORTED), failsAtMs: 0 };
  }
  const upgraded = conditionSince(followed, "Upgraded");
  if (upgraded?.status === "False") {
    const ending = failed("FAILED_PRECONDITION", "RolledBack", upgraded.message);
    return { ending, failsAtMs: 0 };
  }
  const stalled = conditionSince(followed, "Stalled");
  if (stalled?.status !== "True") return undefined;
  const reason = stalled.reason as Reason;
  const isRefused = conditionSince(followed, "SpecAccepted")?.status === "False";
  if (isRefused && !SURROUNDINGS.has(reason)) {
    return { ending: failed("INVALID_ARGUMENT", reason, stalled.message), failsAtMs: 0 };
  }
  return {
    ending: failed("FAILED_PRECONDITION", reason, stalled.message),
    failsAtMs: Date.parse(stalled.lastTransitionTime) + graceMs,
  };
}
