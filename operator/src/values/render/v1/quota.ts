import type { JsonObject, JsonValue } from "../../json.ts";
import { readPath } from "../../json.ts";
import { addQuantities, multiplyQuantity, type Quantity } from "../../quantity.ts";
import type { RenderInput } from "../renderer.ts";
import { rawValues } from "./identity.ts";
import { coreDnsResources, etcdResources, podResource, type ResourceName } from "./resources.ts";

/** Pods that may exist beside the release for a while: a rolling update's surge is counted apart. */
const JOB_PODS = 2;
const JOB_RESOURCES = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { cpu: "1", memory: "512Mi" },
} as const;

/** Fake kubelets: the syncer makes one Service for each node that runs a pod of the tenant. */
const NODE_SERVICES = 20;
/** NAME, NAME-headless, NAME-etcd, NAME-etcd-headless, kube-dns and the short-lived probe for the Service range. */
const OWN_SERVICES = 6;
/** NAME-certs, vc-NAME, vc-config-NAME, three Helm revisions, external etcd, ingress certificate, two for Jobs. */
const OWN_SECRETS = 10;
/** kube-root-ca.crt of the host, of kube-system and default inside, CoreDNS, one for a Job. */
const OWN_CONFIG_MAPS = 5;

/** What the chart's own quota limits; each entry that the spec does not name is deleted with `null`. */
const CHART_QUOTA_KEYS = [
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "services.nodeports",
  "services.loadbalancers",
  "count/endpoints",
  "count/pods",
  "count/services",
  "count/secrets",
  "count/configmaps",
  "count/persistentvolumeclaims",
] as const;

/**
 * The hard limits of the namespace's ResourceQuota: the tenant's, plus what the control plane, etcd, CoreDNS, the
 * surge pod of a rolling update and Jobs need in the same namespace. They are the same in both modes, so that a
 * suspended instance can always resume.
 *
 * @param input - what is rendered
 * @returns `policies.resourceQuota.quota`; `null` deletes a limit of the chart that the tenant did not ask for
 */
export function quotaValues(input: RenderInput): JsonObject {
  const hard = new Map<string, JsonValue>(Object.entries(sums(input)));
  const raw = readPath(rawValues(input), ["policies", "resourceQuota", "quota"]) as
    | JsonObject
    | undefined;
  for (const key of CHART_QUOTA_KEYS) {
    if (!hard.has(key) && raw?.[key] === undefined) hard.set(key, null);
  }
  return Object.fromEntries(hard);
}

function sums(input: RenderInput): JsonObject {
  const quota = input.spec.quota ?? {};
  const claims = claimsOf(input);
  const total = (own: Quantity | undefined, share: Quantity): string | undefined =>
    own === undefined ? undefined : addQuantities(own, share);
  const counted: readonly (readonly [string, string | undefined])[] = [
    ["count/pods", total(quota.pods, String(podCount(input)))],
    ["count/services", total(quota.services, String(OWN_SERVICES + NODE_SERVICES))],
    ["count/secrets", total(quota.secrets, String(OWN_SECRETS))],
    ["count/configmaps", total(quota.configMaps, String(OWN_CONFIG_MAPS))],
    ["count/persistentvolumeclaims", total(quota.persistentVolumeClaims, String(claims.count))],
    ["requests.storage", total(quota.storage, multiplyQuantity(claims.size, claims.count))],
    ["requests.cpu", total(quota.cpu, computeShare(input, "requests", "cpu"))],
    ["requests.memory", total(quota.memory, computeShare(input, "requests", "memory"))],
    ["limits.cpu", total(quota.limitsCPU, computeShare(input, "limits", "cpu"))],
    ["limits.memory", total(quota.limitsMemory, computeShare(input, "limits", "memory"))],
  ];
  const named = counted.flatMap(([key, sum]) => (sum === undefined ? [] : [[key, sum] as const]));
  return Object.fromEntries(named);
}

/** Pods of the control plane, one of them a rolling update's surge. */
function controlPlanePods(input: RenderInput): number {
  return (input.spec.controlPlane?.replicas ?? 1) + 1;
}

function podCount(input: RenderInput): number {
  return controlPlanePods(input) + input.etcdMembers + coreDnsReplicas(input) + JOB_PODS;
}

function computeShare(
  input: RenderInput,
  kind: "requests" | "limits",
  name: Extract<ResourceName, "cpu" | "memory">,
): Quantity {
  const controlPlane = podResource(input.spec, kind, name);
  const etcd = etcdResources(input.spec)[kind][name] ?? "0";
  const coreDns = coreDnsResources(input.spec)[kind][name] ?? "0";
  return addQuantities(
    multiplyQuantity(controlPlane, controlPlanePods(input)),
    multiplyQuantity(etcd, input.etcdMembers),
    multiplyQuantity(coreDns, coreDnsReplicas(input)),
    multiplyQuantity(JOB_RESOURCES[kind][name], JOB_PODS),
  );
}

const COREDNS_PATH = ["controlPlane", "coredns"];

function coreDnsReplicas(input: RenderInput): number {
  const raw = rawValues(input);
  if (readPath(raw, [...COREDNS_PATH, "enabled"]) === false) return 0;
  const replicas = readPath(raw, [...COREDNS_PATH, "deployment", "replicas"]);
  return typeof replicas === "number" ? replicas : 1;
}

interface Claims {
  readonly count: number;
  readonly size: Quantity;
}

/** Size of the chart's volumes when the spec names none. */
const DEFAULT_CLAIM_SIZE = "5Gi";

function claimsOf({ spec, etcdMembers }: RenderInput): Claims {
  const store = spec.backingStore?.type ?? "sqlite";
  if (store === "etcd") {
    const size = spec.backingStore?.etcd?.storage?.size ?? DEFAULT_CLAIM_SIZE;
    return { count: etcdMembers, size };
  }
  const { persistent, size } = spec.storage ?? {};
  const isOnVolume = store === "sqlite" && persistent !== false;
  return { count: isOnVolume ? 1 : 0, size: size ?? DEFAULT_CLAIM_SIZE };
}
