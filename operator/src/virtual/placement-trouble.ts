import { type ControlPlaneSeen, type HostEvent, livePods } from "./control-plane.ts";
import { type Diagnosis, quote } from "./diagnosis.ts";

/** No node takes a pod. Pure. */
export function unschedulable(seen: ControlPlaneSeen): Diagnosis | undefined {
  const message = unscheduledMessages(seen)[0];
  if (message === undefined) return undefined;
  return {
    reason: "Unschedulable",
    message: `No node can take a pod of the control plane (${quote(message)}): add capacity, or lower its requests`,
  };
}

/** What the scheduler says about each pod without a node. Pure. */
export function unscheduledMessages(seen: ControlPlaneSeen): readonly string[] {
  return livePods(seen.pods).flatMap(({ status }) =>
    (status?.conditions ?? [])
      .filter(
        ({ type, status: holds, reason }) =>
          type === "PodScheduled" && holds === "False" && reason === "Unschedulable",
      )
      .map(({ message = "" }) => message),
  );
}

/**
 * A pod cannot even be made: a quota or an admission rule refuses it. A refusal before the newest pod of the same
 * workload is over. Pure.
 */
export function podsRefused(seen: ControlPlaneSeen): Diagnosis | undefined {
  const said =
    seen.replicaFailure ??
    seen.warnings.find((event) => event.reason === "FailedCreate" && !isOver(seen, event))?.message;
  if (said === undefined) return undefined;
  return /exceeded quota|must specify|failed quota/i.test(said)
    ? {
        reason: "QuotaExceeded",
        message: `A quota of the target namespace refuses a pod of the control plane (${quote(said)}): raise spec.quota, or remove workloads`,
      }
    : {
        reason: "PodsRefused",
        message: `The host cluster refuses a pod of the control plane (${quote(said)}): change the values or the policy that the message names`,
      };
}

function isOver(seen: ControlPlaneSeen, event: HostEvent): boolean {
  const refusedAtMs = Date.parse(event.lastTimestamp ?? event.eventTime ?? "");
  const workload = event.involvedObject?.name ?? "";
  return livePods(seen.pods).some(
    ({ metadata }) =>
      metadata.name.startsWith(`${workload}-`) &&
      Date.parse(metadata.creationTimestamp ?? "") >= refusedAtMs,
  );
}
