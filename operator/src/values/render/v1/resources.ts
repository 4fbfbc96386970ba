import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import { type JsonObject, readPath } from "../../json.ts";
import { larger, type Quantity, smaller } from "../../quantity.ts";

/** Resources that containers ask for here. */
export const RESOURCE_NAMES = ["cpu", "memory", "ephemeral-storage"] as const;

/** One of the resources that containers ask for here. */
export type ResourceName = (typeof RESOURCE_NAMES)[number];

type ResourceList = Readonly<Partial<Record<ResourceName, Quantity>>>;

/** What one container asks for. */
export interface ContainerResources extends JsonObject {
  readonly requests: JsonObject & ResourceList;
  readonly limits: JsonObject & ResourceList;
}

interface Asked {
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
}

/** Defaults of the chart for container `syncer`, the same in 0.33 to 0.36. */
const SYNCER_DEFAULTS: Asked = {
  requests: { cpu: "200m", memory: "256Mi", "ephemeral-storage": "1Gi" },
  limits: { memory: "4Gi", "ephemeral-storage": "10Gi" },
};

/** Defaults of the chart for container `etcd`. */
const ETCD_DEFAULTS: Asked = { requests: { cpu: "20m", memory: "150Mi" } };

/** Stated when a quota or a limit range is on: a container without limits is then refused or gets the tenant's. */
const SYNCER_BOUNDS: Asked = { limits: { cpu: "2" } };
const ETCD_BOUNDS: Asked = {
  requests: { "ephemeral-storage": "100Mi" },
  limits: { cpu: "1", memory: "1Gi", "ephemeral-storage": "1Gi" },
};

/** Defaults of the chart for CoreDNS, whose pods are synced to the target namespace like the tenant's. */
const COREDNS_DEFAULTS: Asked = {
  requests: { cpu: "20m", memory: "64Mi" },
  limits: { cpu: "1000m", memory: "170Mi" },
};

/** Defaults of the chart for the init container that it adds to pods of virtual StatefulSets. */
const REWRITE_HOSTS_DEFAULTS: Asked = {
  requests: { cpu: "30m", memory: "64Mi" },
  limits: { cpu: "30m", memory: "64Mi" },
};

/** Raw values that size CoreDNS. */
export const COREDNS_RESOURCES: readonly string[] = [
  "controlPlane",
  "coredns",
  "deployment",
  "resources",
];
/** Raw values that size the init container of pods of virtual StatefulSets. */
export const REWRITE_HOSTS_RESOURCES: readonly string[] = [
  "sync",
  "toHost",
  "pods",
  "rewriteHosts",
  "initContainer",
  "resources",
];

const COPY_DEFAULTS: Asked = {
  requests: { cpu: "40m", memory: "64Mi", "ephemeral-storage": "100Mi" },
  limits: { cpu: "1", memory: "256Mi", "ephemeral-storage": "1Gi" },
};

/**
 * Whether a ResourceQuota or LimitRange will exist in the target namespace.
 *
 * @param spec - desired state
 * @returns true when each container must state its limits
 */
function isBounded(spec: VClusterInstanceSpec): boolean {
  const { quota, limits, isolation } = spec;
  return quota !== undefined || limits !== undefined || (isolation?.mode ?? "none") !== "none";
}

/**
 * Resources of container `syncer`.
 *
 * @param spec - desired state
 * @returns requests and limits, defaults of the chart included
 */
export function syncerResources(spec: VClusterInstanceSpec): ContainerResources {
  const bounds = isBounded(spec) ? SYNCER_BOUNDS : {};
  return settle({
    defaults: [SYNCER_DEFAULTS, bounds],
    asked: spec.controlPlane?.resources ?? {},
    range: spec.limits,
  });
}

/**
 * Resources of container `etcd`.
 *
 * @param spec - desired state
 * @returns requests and limits, defaults of the chart included
 */
export function etcdResources(spec: VClusterInstanceSpec): ContainerResources {
  const bounds = isBounded(spec) ? ETCD_BOUNDS : {};
  return settle({
    defaults: [ETCD_DEFAULTS, bounds],
    asked: spec.backingStore?.etcd?.resources ?? {},
    range: spec.limits,
  });
}

/**
 * Resources of init container `kubernetes`, which copies some 500 MB of binaries. The chart's limit of 100m CPU
 * makes that copy take most of a cold start; `cp` has one thread, so one CPU is as good as no limit, and an explicit
 * one also passes quotas. A pod is charged the larger of its init and main containers, see {@link podResource}.
 *
 * @param spec - desired state
 * @returns requests and limits
 */
export function initContainerResources(spec: VClusterInstanceSpec): ContainerResources {
  return settle({ defaults: [COPY_DEFAULTS], asked: {}, range: spec.limits });
}

/**
 * Resources of CoreDNS.
 *
 * @param spec - desired state
 * @returns requests and limits, raw values and defaults of the chart included
 */
export function coreDnsResources(spec: VClusterInstanceSpec): ContainerResources {
  return helperResources(spec, COREDNS_DEFAULTS, COREDNS_RESOURCES);
}

/**
 * Resources of the containers that the syncer brings along, so that the tenant's own limit range admits them.
 *
 * @param spec - desired state
 * @returns values; empty without a limit range of the tenant
 */
export function helperValues(spec: VClusterInstanceSpec): JsonObject {
  if (spec.limits === undefined) return {};
  const resources = helperResources(spec, REWRITE_HOSTS_DEFAULTS, REWRITE_HOSTS_RESOURCES);
  return {
    controlPlane: { coredns: { deployment: { resources: coreDnsResources(spec) } } },
    sync: { toHost: { pods: { rewriteHosts: { initContainer: { resources } } } } },
  };
}

function helperResources(
  spec: VClusterInstanceSpec,
  defaults: Asked,
  path: readonly string[],
): ContainerResources {
  const raw = readPath(spec.values as JsonObject | undefined, path);
  return settle({ defaults: [defaults], asked: (raw ?? {}) as Asked, range: spec.limits });
}

/**
 * What a control plane pod is charged for one resource.
 *
 * @param spec - desired state
 * @param kind - requests or limits
 * @param name - the resource
 * @returns the larger of init and main container
 */
export function podResource(
  spec: VClusterInstanceSpec,
  kind: "requests" | "limits",
  name: ResourceName,
): Quantity {
  const main = syncerResources(spec)[kind][name] ?? "0";
  return larger(main, initContainerResources(spec)[kind][name] ?? "0");
}

/** One container of the control plane, with the field that sizes it. */
export interface SizedContainer {
  readonly container: string;
  readonly field: string;
  readonly resources: ContainerResources;
}

/**
 * Every container of the release that a LimitRange would act on.
 *
 * @param spec - desired state
 * @returns containers, etcd's only if it is deployed
 */
export function controlPlaneContainers(spec: VClusterInstanceSpec): readonly SizedContainer[] {
  const field = "spec.controlPlane.resources";
  const dnsField = `spec.values.${COREDNS_RESOURCES.join(".")}`;
  const containers = [
    { container: "coredns", field: dnsField, resources: coreDnsResources(spec) },
    { container: "syncer", field, resources: syncerResources(spec) },
    { container: "kubernetes", field, resources: initContainerResources(spec) },
  ];
  if (spec.backingStore?.type !== "etcd") return containers;
  const etcd = {
    container: "etcd",
    field: "spec.backingStore.etcd.resources",
    resources: etcdResources(spec),
  };
  return [...containers, etcd];
}

interface Sizing {
  /** Weakest first; the last one that names a resource counts. */
  readonly defaults: readonly Asked[];
  readonly asked: Asked;
  /** The tenant's limit range, which holds for the control plane too. */
  readonly range: VClusterInstanceSpec["limits"];
}

// A default gives way to what was asked and to the limit range; acceptance refuses what still does not fit.
function settle(sizing: Sizing): ContainerResources {
  const requests: Partial<Record<ResourceName, Quantity>> = {};
  const limits: Partial<Record<ResourceName, Quantity>> = {};
  for (const name of RESOURCE_NAMES) {
    const [request, limit] = settleOne(sizing, name);
    if (request !== undefined) requests[name] = request;
    if (limit !== undefined) limits[name] = limit;
  }
  return { requests, limits };
}

type Pair = readonly [request: Quantity | undefined, limit: Quantity | undefined];

function settleOne({ defaults, asked, range }: Sizing, name: ResourceName): Pair {
  const own = { request: asked.requests?.[name], limit: asked.limits?.[name] };
  const request = own.request ?? atLeast(lastOf(defaults, "requests", name), range?.min?.[name]);
  const limit = own.limit ?? atMost(lastOf(defaults, "limits", name), range?.max?.[name]);
  return agree(own, request, limit);
}

function agree(
  own: { readonly request: Quantity | undefined; readonly limit: Quantity | undefined },
  request: Quantity | undefined,
  limit: Quantity | undefined,
): Pair {
  if (request === undefined || limit === undefined) return [request, limit];
  if (own.limit === undefined) return [request, larger(request, limit)];
  return [own.request ?? smaller(request, limit), limit];
}

function atLeast(amount: Quantity | undefined, min: Quantity | undefined): Quantity | undefined {
  return amount === undefined || min === undefined ? amount : larger(amount, min);
}

function atMost(amount: Quantity | undefined, max: Quantity | undefined): Quantity | undefined {
  return amount === undefined || max === undefined ? amount : smaller(amount, max);
}

function lastOf(
  sources: readonly Asked[],
  kind: "requests" | "limits",
  name: ResourceName,
): Quantity | undefined {
  return sources.map((source) => source[kind]?.[name]).findLast((value) => value !== undefined);
}
