import { boundedMessage } from "@open-vcluster/runtime";
import { refusalWords } from "../world/refusal.ts";
import type { RestoreAction } from "./action.ts";
import { fail, type RestoreDecision, type Turn } from "./decision.ts";

/** What a user of the cluster may forbid by quotas and policies, while nothing was written yet. */
const MAKING: Readonly<Partial<Record<RestoreAction["kind"], string>>> = {
  adoptIdentity: "the new VClusterInstance",
  createInstance: "the new VClusterInstance",
  snapshotBefore: "the VClusterSnapshot of the state from before",
};

/** How a restore ends whose objects the API server does not take; undefined for any other error. Pure. */
export function refusalOf({ kind }: RestoreAction, thrown: unknown): RestoreDecision | undefined {
  const what = MAKING[kind];
  const why = refusalWords(thrown);
  if (what === undefined || why === undefined) return undefined;
  return fail("CreationRefused", boundedMessage(`The API server refuses ${what}: ${why}`));
}

/** What is told where the API server does not take something else that a step makes: it is tried again. Pure. */
export function refusedTurn(turn: Turn | undefined, thrown: unknown): Turn | undefined {
  const why = refusalWords(thrown);
  if (why === undefined || turn === undefined) return undefined;
  const { phase, reason, message } = turn;
  return { phase, reason, message: boundedMessage(`${message}: ${why}`) };
}
