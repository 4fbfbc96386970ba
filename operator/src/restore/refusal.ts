import { boundedMessage, Failure } from "@open-vcluster/runtime";
import type { RestoreAction } from "./action.ts";
import { fail, type RestoreDecision } from "./decision.ts";

/** What a user of the cluster may forbid by quotas and policies, while nothing was written yet. */
const MAKING: Readonly<Partial<Record<RestoreAction["kind"], string>>> = {
  adoptIdentity: "the new VClusterInstance",
  createInstance: "the new VClusterInstance",
  snapshotBefore: "the VClusterSnapshot of the state from before",
};

/** How a restore ends whose objects the API server does not take; undefined for any other error. Pure. */
export function refusalOf({ kind }: RestoreAction, thrown: unknown): RestoreDecision | undefined {
  const what = MAKING[kind];
  if (what === undefined || !(thrown instanceof Failure)) return undefined;
  if (!REFUSALS.has(thrown.reason)) return undefined;
  return fail(
    "CreationRefused",
    boundedMessage(`The API server refuses ${what}: ${thrown.message}`),
  );
}

const REFUSALS: ReadonlySet<string> = new Set([
  "AdmissionDenied",
  "Forbidden",
  "Invalid",
  "NamespaceTerminating",
  "QuotaExceeded",
]);
