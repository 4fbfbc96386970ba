import type { HasMetadata, KubeClient, ResourceType } from "@open-vcluster/runtime";

/** Availability of the workloads inside a virtual cluster. */
export interface WorkloadReadiness {
  /** Workloads that were looked at. */
  readonly total: number;
  readonly notReady: number;
  /** Up to three that are not ready, such as `Deployment default/web (1 of 3 ready)`. */
  readonly examples: readonly string[];
  /** There are more workloads than were looked at. */
  readonly isPartial: boolean;
}

/** A Deployment, StatefulSet or DaemonSet, as far as its availability goes. */
export interface VirtualWorkload extends HasMetadata {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly readyReplicas?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberReady?: number;
  };
}

/** Workloads of one kind that are looked at: what a page and a pass can bear. */
const MAX_PER_KIND = 2_000;
const PAGE_SIZE = 500;
const MAX_EXAMPLES = 3;

const KINDS = [
  { plural: "deployments", kind: "Deployment" },
  { plural: "statefulsets", kind: "StatefulSet" },
  { plural: "daemonsets", kind: "DaemonSet" },
] as const;

/** Reads all workloads through the virtual API, page by page, and counts those that are not ready. */
export async function readWorkloads(
  client: KubeClient,
  signal: AbortSignal,
): Promise<WorkloadReadiness> {
  let readiness: WorkloadReadiness = { total: 0, notReady: 0, examples: [], isPartial: false };
  for (const { plural, kind } of KINDS) {
    const type: ResourceType = { group: "apps", version: "v1", plural, kind, namespaced: true };
    let continueToken: string | undefined;
    let seen = 0;
    do {
      const page = await client.listPage(type, { limit: PAGE_SIZE, continueToken, signal });
      readiness = addWorkloads(readiness, kind, page.items);
      seen += page.items.length;
      continueToken = page.continueToken;
    } while (continueToken !== undefined && seen < MAX_PER_KIND);
    if (continueToken !== undefined) readiness = { ...readiness, isPartial: true };
  }
  return readiness;
}

/** Adds one page to the count. Pure. */
export function addWorkloads(
  readiness: WorkloadReadiness,
  kind: string,
  workloads: readonly VirtualWorkload[],
): WorkloadReadiness {
  const behind = workloads.filter((workload) => !isReady(workload));
  const examples = behind.map((workload) => describe(kind, workload));
  return {
    ...readiness,
    total: readiness.total + workloads.length,
    notReady: readiness.notReady + behind.length,
    examples: [...readiness.examples, ...examples].slice(0, MAX_EXAMPLES),
  };
}

function isReady(workload: VirtualWorkload): boolean {
  const isSettled =
    (workload.status?.observedGeneration ?? 0) >= (workload.metadata.generation ?? 0);
  const { ready, desired } = counts(workload);
  return isSettled && ready >= desired;
}

function describe(kind: string, workload: VirtualWorkload): string {
  const { namespace = "", name } = workload.metadata;
  const { ready, desired } = counts(workload);
  return `${kind} ${namespace}/${name} (${ready} of ${desired} ready)`;
}

function counts({ spec, status }: VirtualWorkload): { ready: number; desired: number } {
  // Only a DaemonSet says how many pods it wants in its status; the others default to one replica.
  return status?.desiredNumberScheduled === undefined
    ? { ready: status?.readyReplicas ?? 0, desired: spec?.replicas ?? 1 }
    : { ready: status.numberReady ?? 0, desired: status.desiredNumberScheduled };
}
