import { parseQuantity, type VClusterInstanceSpec } from "@open-vcluster/crds";
import { isJsonObject, type JsonObject, type JsonValue, readPath } from "./json.ts";
import { COREDNS_RESOURCES, REWRITE_HOSTS_RESOURCES } from "./render/v1/resources.ts";
import type { SpecRefusal } from "./spec-refusal.ts";

const FIELDS = [
  "controlPlane.resources.requests",
  "controlPlane.resources.limits",
  "backingStore.etcd.resources.requests",
  "backingStore.etcd.resources.limits",
  "backingStore.etcd.storage.size",
  "storage.size",
  "quota.cpu",
  "quota.memory",
  "quota.limitsCPU",
  "quota.limitsMemory",
  "quota.storage",
  "limits.default",
  "limits.defaultRequest",
  "limits.min",
  "limits.max",
] as const;

const RAW_LISTS = [COREDNS_RESOURCES, REWRITE_HOSTS_RESOURCES].flatMap((resources) =>
  ["requests", "limits"].map((kind) => ["values", ...resources, kind].join(".")),
);

const COREDNS_REPLICAS = "values.controlPlane.coredns.deployment.replicas";

/**
 * Checks that every amount that the renderer reckons with can be reckoned with. The schema lets exponents through
 * that mean nothing on any host, and raw values meet the chart's own schema only after they were rendered.
 *
 * @param spec - desired state
 * @returns every refusal
 */
export function checkAmounts(spec: VClusterInstanceSpec): readonly SpecRefusal[] {
  return [
    ...FIELDS.flatMap((field) => checkAt(spec, field, "FieldRefused")),
    ...RAW_LISTS.flatMap((list) => checkAt(spec, list, "ValuesInvalid")),
    ...checkReplicas(spec),
  ];
}

interface Amount {
  readonly field: string;
  readonly value: JsonValue;
}

function checkAt(
  spec: VClusterInstanceSpec,
  field: string,
  reason: SpecRefusal["reason"],
): readonly SpecRefusal[] {
  return amountsAt(spec, field)
    .filter(({ value }) => !isQuantity(value) && !isChartDefault(field, value))
    .map((amount) => ({
      reason,
      field: `spec.${amount.field}`,
      message: `${JSON.stringify(amount.value)} is not a quantity: write a number with an optional suffix such as 500m, 2 or 4Gi.`,
    }));
}

/** The amount at a field, or those of the list that is there. */
function amountsAt(spec: VClusterInstanceSpec, field: string): readonly Amount[] {
  const value = valueAt(spec, field);
  if (value === undefined) return [];
  if (!isJsonObject(value)) return [{ field, value }];
  return Object.entries(value).map(([name, amount]) => ({
    field: `${field}.${name}`,
    value: amount,
  }));
}

function isChartDefault(field: string, value: JsonValue): boolean {
  return value === null && field.startsWith("values.");
}

function isQuantity(value: JsonValue): boolean {
  if (typeof value !== "string" && typeof value !== "number") return false;
  return parseQuantity(value) !== undefined;
}

function checkReplicas(spec: VClusterInstanceSpec): readonly SpecRefusal[] {
  const replicas = valueAt(spec, COREDNS_REPLICAS);
  if (typeof replicas !== "number" || (Number.isSafeInteger(replicas) && replicas >= 0)) return [];
  const message = `${String(replicas)} is no number of pods: write a whole number, 0 or more.`;
  return [{ reason: "ValuesInvalid", field: `spec.${COREDNS_REPLICAS}`, message }];
}

function valueAt(spec: VClusterInstanceSpec, field: string): JsonValue | undefined {
  return readPath(spec as JsonObject, field.split("."));
}
