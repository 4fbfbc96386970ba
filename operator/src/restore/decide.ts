import { RESTORE_FINALIZER } from "@open-vcluster/crds";
import { beginning } from "./begin.ts";
import { act, type Check, type DecideContext, type RestoreDecision } from "./decision.ts";
import { finishing } from "./finish.ts";
import { isEnded, leftovers, removal, uselessBefore } from "./leftovers.ts";
import type { RestoreSeen } from "./seen.ts";
import { writing } from "./write.ts";

/** Checks in order; the first that speaks wins. */
const CHECKS: readonly Check[] = [
  removal, // whoever is deleted leaves nothing behind
  ended, // what is over stays over
  finalizerMissing, // nothing is made before we can promise to clean it up
  ...beginning, // nothing was written yet
  ...writing, // the store may hold a part of both states
  ...finishing, // the store is whole again
];

/** Chooses the one next step. Pure. */
export function decide(seen: RestoreSeen, context: DecideContext): RestoreDecision {
  for (const check of CHECKS) {
    const decision = check(seen, context);
    if (decision !== undefined) return decision;
  }
  return { action: { kind: "none" } };
}

function ended(seen: RestoreSeen): RestoreDecision | undefined {
  if (!isEnded(seen)) return undefined;
  return leftovers(seen) ?? uselessBefore(seen) ?? { action: { kind: "none" } };
}

function finalizerMissing({ restore }: RestoreSeen): RestoreDecision | undefined {
  if (restore.metadata.finalizers?.includes(RESTORE_FINALIZER) === true) return undefined;
  return act({ kind: "addFinalizer" });
}
