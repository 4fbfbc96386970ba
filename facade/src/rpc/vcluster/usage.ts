import { create } from "@bufbuild/protobuf";
import { type ResourceUsage, ResourceUsageSchema } from "@open-vcluster/api";
import {
  addQuantities,
  formatQuantity,
  parseQuantity,
  type VClusterInstance,
} from "@open-vcluster/crds";
import { Failure, type KubeClient } from "@open-vcluster/runtime";
import type { ServiceDeps } from "../deps.ts";

interface PodMetrics {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly containers?: readonly {
    readonly usage: { readonly cpu?: string; readonly memory?: string };
  }[];
}

/** Label of the syncer on what it copied to the host. */
const SYNCED = "vcluster.loft.sh/managed-by";

/**
 * What a virtual cluster uses now. What cannot be measured stays empty: the host may have no metrics API, and a
 * suspended cluster answers nothing.
 */
export async function usageOf(
  instance: VClusterInstance,
  deps: Pick<ServiceDeps, "host" | "openVirtual">,
): Promise<ResourceUsage> {
  const [used, counted] = await Promise.all([
    measured(() => podUsage(deps.host, instance)),
    measured(() => inside(instance, deps)),
  ]);
  return create(ResourceUsageSchema, { ...used, ...counted });
}

async function measured<T extends object>(look: () => Promise<T>): Promise<Partial<T>> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Failure && error.kind !== "bug") return {};
    throw error;
  }
}

async function podUsage(
  host: KubeClient,
  { status }: VClusterInstance,
): Promise<{ cpuUsage: string; memoryUsage: string; podCount: number }> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${status?.targetNamespace ?? ""}/pods`;
  const { text } = await host.request("GET", path);
  const { items } = JSON.parse(text) as { readonly items: readonly PodMetrics[] };
  const usages = items.flatMap(({ containers = [] }) => containers.map(({ usage }) => usage));
  return {
    cpuUsage: sumOf(usages.map(({ cpu }) => cpu)),
    memoryUsage: sumOf(usages.map(({ memory }) => memory)),
    podCount: items.filter(({ metadata }) => metadata.labels?.[SYNCED] !== undefined).length,
  };
}

function sumOf(quantities: readonly (string | undefined)[]): string {
  const parsed = quantities.map((text) => parseQuantity(text ?? "0"));
  const sum = parsed.reduce((a, b) => (a && b ? addQuantities(a, b) : (a ?? b)));
  return sum === undefined ? "" : formatQuantity(sum);
}

async function inside(
  instance: VClusterInstance,
  { openVirtual }: Pick<ServiceDeps, "openVirtual">,
): Promise<{ namespaceCount: number; serviceCount: number }> {
  const { client } = await openVirtual(instance);
  try {
    const [namespaceCount, serviceCount] = await Promise.all([
      count(client, "/api/v1/namespaces"),
      count(client, "/api/v1/services"),
    ]);
    return { namespaceCount, serviceCount };
  } finally {
    await client.close();
  }
}

/** One object is read; the API server counts the rest. */
async function count(client: KubeClient, path: string): Promise<number> {
  const { text } = await client.request("GET", path, { query: { limit: 1 } });
  const { items, metadata } = JSON.parse(text) as {
    readonly items: readonly unknown[];
    readonly metadata: { readonly remainingItemCount?: number };
  };
  return items.length + (metadata.remainingItemCount ?? 0);
}
