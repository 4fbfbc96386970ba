import { findChartLine } from "../../chart-versions.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import type { RenderInput } from "../renderer.ts";
import { rawList, rawValues } from "./identity.ts";
import { quotaValues } from "./quota.ts";
import { RESOURCE_NAMES } from "./resources.ts";

const API_PORT = 8443;
const DEFAULT_ETCD_PORT = 2379;

/**
 * Quota, limit range, network policies and pod security. The chart couples quota and limit range with `auto`;
 * both are stated here whenever the spec asks for either, so that neither appears by surprise.
 *
 * @param input - what is rendered
 * @returns values
 */
export function policyValues(input: RenderInput): JsonObject {
  const { quota, limits } = input.spec;
  const isIsolated = isolationMode(input) !== "none";
  const policies: JsonObject = {
    ...(isIsolated ? { podSecurityStandard: isolationMode(input) } : {}),
    resourceQuota:
      quota === undefined ? { enabled: false } : { enabled: true, quota: quotaValues(input) },
    limitRange: limitRange(input, limits !== undefined || isIsolated || needsDefaults(input)),
    ...networkPolicy(input),
  };
  return { policies };
}

function isolationMode(input: RenderInput): "none" | "baseline" | "restricted" {
  return input.spec.isolation?.mode ?? "none";
}

// Under a quota on CPU or memory, a pod that states none is refused: the chart's default limits keep it admitted.
function needsDefaults(input: RenderInput): boolean {
  const { cpu, memory, limitsCPU, limitsMemory } = input.spec.quota ?? {};
  return [cpu, memory, limitsCPU, limitsMemory].some((amount) => amount !== undefined);
}

function limitRange(input: RenderInput, isEnabled: boolean): JsonObject {
  if (!isEnabled) return { enabled: false };
  const { limits } = input.spec;
  if (limits === undefined) return { enabled: true };
  return {
    enabled: true,
    default: withoutChartDefaults(input, limits.default),
    defaultRequest: withoutChartDefaults(input, limits.defaultRequest),
    ...(limits.min === undefined ? {} : { min: textOf(limits.min) }),
    ...(limits.max === undefined ? {} : { max: textOf(limits.max) }),
  };
}

type Amounts = Readonly<Partial<Record<(typeof RESOURCE_NAMES)[number], string | number>>>;

// For a resource that the tenant bounds anywhere, a default of the chart could contradict the bounds; the API
// server derives what is missing from the tenant's own.
function withoutChartDefaults(input: RenderInput, amounts: Amounts | undefined): JsonObject {
  const { limits } = input.spec;
  const mentions = [limits?.default, limits?.defaultRequest, limits?.min, limits?.max];
  const entries: (readonly [string, JsonValue])[] = [];
  for (const name of RESOURCE_NAMES) {
    const amount = amounts?.[name];
    if (amount !== undefined) entries.push([name, String(amount)]);
    else if (mentions.some((list) => list?.[name] !== undefined)) entries.push([name, null]);
  }
  return Object.fromEntries(entries);
}

function textOf(amounts: Amounts): JsonObject {
  const entries = Object.entries(amounts).map(([name, amount]) => [name, String(amount)] as const);
  return Object.fromEntries(entries);
}

function networkPolicy(input: RenderInput): JsonObject {
  const isWanted = input.spec.network?.networkPolicies;
  const isIsolated = isolationMode(input) !== "none";
  if (isWanted === undefined && !isIsolated) return {};
  if (isWanted === false) return { networkPolicy: { enabled: false } };
  const controlPlane = { ...apiIngress(input), ...storeEgress(input) };
  return {
    networkPolicy: {
      enabled: true,
      ...(Object.keys(controlPlane).length === 0 ? {} : { controlPlane }),
    },
  };
}

// The operator looks at 8443 through Service NAME. Charts before 0.34 admit only pods of the namespace.
function apiIngress(input: RenderInput): JsonObject {
  if (findChartLine(input.chartVersion)?.policyAdmitsApi ?? true) return {};
  return { ingress: [...rawRules(input, "ingress"), portRule(API_PORT)] };
}

function storeEgress(input: RenderInput): JsonObject {
  if (input.spec.backingStore?.type !== "externalEtcd") return {};
  const endpoint = input.spec.backingStore.externalEtcd?.endpoint ?? "";
  const port = /:(\d+)\/?$/.exec(endpoint)?.[1];
  return {
    egress: [
      ...rawRules(input, "egress"),
      portRule(port === undefined ? DEFAULT_ETCD_PORT : Number(port)),
    ],
  };
}

function rawRules(input: RenderInput, direction: "ingress" | "egress"): readonly JsonValue[] {
  return rawList(rawValues(input), ["policies", "networkPolicy", "controlPlane", direction]);
}

function portRule(port: number): JsonObject {
  return { ports: [{ port, protocol: "TCP" }] };
}
