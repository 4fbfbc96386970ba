import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import { isMore, type Quantity } from "./quantity.ts";
import { controlPlaneContainers, RESOURCE_NAMES } from "./render/v1/resources.ts";
import type { SpecRefusal } from "./spec-refusal.ts";

/**
 * Checks that a limit range is one that the API server takes and that the control plane itself fits into: a
 * LimitRange holds for every container of the namespace.
 *
 * @param spec - desired state; its amounts can be reckoned with
 * @returns every refusal
 */
export function checkBounds(spec: VClusterInstanceSpec): readonly SpecRefusal[] {
  return RESOURCE_NAMES.flatMap((name) => [...checkOrder(spec, name), ...checkFit(spec, name)]);
}

const ORDER = ["min", "defaultRequest", "default", "max"] as const;

function checkOrder(
  spec: VClusterInstanceSpec,
  name: (typeof RESOURCE_NAMES)[number],
): readonly SpecRefusal[] {
  const given = ORDER.flatMap((list) => {
    const amount = spec.limits?.[list]?.[name];
    return amount === undefined ? [] : [{ list, amount }];
  });
  return given.slice(1).flatMap((upper, i) => {
    const lower = given[i];
    if (lower === undefined || !isMore(lower.amount, upper.amount)) return [];
    const message = `limits.${lower.list}.${name} ${String(lower.amount)} is more than limits.${upper.list}.${name} ${String(upper.amount)}: for each resource, min ≤ defaultRequest ≤ default ≤ max must hold.`;
    return [{ reason: "LimitsInvalid", field: `spec.limits.${upper.list}`, message }];
  });
}

function checkFit(
  spec: VClusterInstanceSpec,
  name: (typeof RESOURCE_NAMES)[number],
): readonly SpecRefusal[] {
  const max = spec.limits?.max?.[name];
  const min = spec.limits?.min?.[name];
  return controlPlaneContainers(spec).flatMap(({ container, field, resources }) => [
    ...tooLarge(max, resources.limits[name], { container, field, name }),
    ...tooSmall(min, resources.requests[name], { container, field, name }),
  ]);
}

interface Place {
  readonly container: string;
  readonly field: string;
  readonly name: string;
}

function tooLarge(
  max: Quantity | undefined,
  own: Quantity | undefined,
  at: Place,
): readonly SpecRefusal[] {
  if (max === undefined || own === undefined || !isMore(own, max)) return [];
  const message = `limits.max.${at.name} ${String(max)} is less than the limit ${String(own)} of the control plane's own container ${at.container}, which would be refused: raise it to ${String(own)}, or lower ${at.field}.`;
  return [{ reason: "LimitsTooTight", field: "spec.limits.max", message }];
}

function tooSmall(
  min: Quantity | undefined,
  own: Quantity | undefined,
  at: Place,
): readonly SpecRefusal[] {
  if (min === undefined || own === undefined || !isMore(min, own)) return [];
  const message = `limits.min.${at.name} ${String(min)} is more than the request ${String(own)} of the control plane's own container ${at.container}, which would be refused: lower it to ${String(own)}, or raise ${at.field}.`;
  return [{ reason: "LimitsTooTight", field: "spec.limits.min", message }];
}
