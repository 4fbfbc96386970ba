import type { HasMetadata } from "@open-vcluster/runtime";

/** A pod as the virtual API returns it, as far as a drain looks. */
export interface VirtualPod extends HasMetadata {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

/** Names one pod of the virtual cluster. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * What a drain does with a pod.
 *
 * - `absent`: nothing of it runs: completed, a mirror of a static pod, or not placed on a node. The pods that controllers
 *   make while a drain runs stay in the last state, because the admission policy refuses their host pods.
 * - `leaving`: on its way out already.
 * - `bare`: no controller would make it again.
 * - `workload`, `daemon`, `dns`: to be evicted, in this order.
 */
export type PodClass = "absent" | "leaving" | "bare" | "workload" | "daemon" | "dns";

const DNS_APPS: ReadonlySet<string> = new Set(["vcluster-kube-dns", "kube-dns", "coredns"]);

/**
 * Classifies a pod. Pure.
 *
 * `kubectl drain` leaves DaemonSet pods alone, because their controller ignores the cordon and makes them again at once.
 * Here nothing is made again and the whole cluster stops, so they go too, after the workloads that may need them.
 */
export function classifyPod(pod: VirtualPod): PodClass {
  const { metadata } = pod;
  if (!isRunning(pod)) return "absent";
  if (metadata.deletionTimestamp !== undefined) return "leaving";
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
  if (controller === undefined) return "bare";
  if (isDns(pod)) return "dns";
  return controller.kind === "DaemonSet" ? "daemon" : "workload";
}

/** The pod's name and identity. */
export function refOf(pod: VirtualPod): PodRef {
  const { namespace = "", name, uid = "" } = pod.metadata;
  return { namespace, name, uid };
}

function isRunning(pod: VirtualPod): boolean {
  const phase = pod.status?.phase;
  const isMirror = pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined;
  return (
    !isMirror && phase !== "Succeeded" && phase !== "Failed" && (pod.spec?.nodeName ?? "") !== ""
  );
}

function isDns(pod: VirtualPod): boolean {
  return (
    pod.metadata.namespace === "kube-system" && DNS_APPS.has(pod.metadata.labels?.["k8s-app"] ?? "")
  );
}
