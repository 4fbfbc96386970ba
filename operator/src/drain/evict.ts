import { Failure, failureOf, type KubeClient } from "@open-vcluster/runtime";
import type { PodRef } from "./pod.ts";

/** What became of one eviction. */
export type EvictionOutcome =
  | { readonly kind: "evicted"; readonly pod: PodRef }
  /** Gone already, or replaced by a pod of the same name. */
  | { readonly kind: "gone"; readonly pod: PodRef }
  /** A budget inside the virtual cluster does not allow it now. `message` is the API server's, with the budget's name. */
  | { readonly kind: "refused"; readonly pod: PodRef; readonly message: string };

/** Longest message that is kept of a refusal. */
const MAX_MESSAGE_LENGTH = 256;

/**
 * Asks the virtual API to evict one pod, so that PodDisruptionBudgets inside the virtual cluster count.
 *
 * @throws Failure when the API cannot be asked at all; a refusal is an outcome, not a failure.
 */
export async function evictPod(
  client: KubeClient,
  pod: PodRef,
  signal: AbortSignal,
): Promise<EvictionOutcome> {
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/eviction`;
  const answer = await client.request("POST", path, {
    body: {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { namespace: pod.namespace, name: pod.name },
      deleteOptions: { preconditions: { uid: pod.uid } },
    },
    okStatuses: ANSWERS,
    signal,
  });
  switch (answer.status) {
    case 404:
    case 409:
      return { kind: "gone", pod };
    case 429:
    case 500:
      return refusal(pod, answer.status, answer.text);
    default:
      return { kind: "evicted", pod };
  }
}

/**
 * Statuses of the eviction API that are answers: gone (404), another pod of that name (409), a budget refuses (429), and
 * more than one budget selects the pod (500), which never gets better by itself.
 */
const ANSWERS: readonly number[] = [404, 409, 429, 500];

/** Evicts pods one after the other; the first Failure ends it, so that a dead API costs one timeout. */
export async function evictPods(
  client: KubeClient,
  pods: readonly PodRef[],
  signal: AbortSignal,
): Promise<readonly EvictionOutcome[]> {
  const outcomes: EvictionOutcome[] = [];
  for (const pod of pods) outcomes.push(await evictPod(client, pod, signal));
  return outcomes;
}

function refusal(pod: PodRef, status: number, body: string): EvictionOutcome {
  const said = readStatus(body);
  if (status === 500 && !said.message.includes("PodDisruptionBudget")) {
    throw new Failure(
      "unavailable",
      "APIUnreachable",
      "The virtual API could not carry out an eviction",
      {
        cause: failureOf(new Error(said.message)),
      },
    );
  }
  const message = [said.message, ...said.causes].filter((text) => text !== "").join(" ");
  return { kind: "refused", pod, message: message.slice(0, MAX_MESSAGE_LENGTH) };
}

interface ApiStatus {
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly message?: string }[] };
}

function readStatus(body: string): { message: string; causes: readonly string[] } {
  try {
    const status = JSON.parse(body) as ApiStatus;
    return {
      message: status.message ?? "",
      causes: (status.details?.causes ?? []).map((cause) => cause.message ?? ""),
    };
  } catch {
    return { message: "", causes: [] };
  }
}
