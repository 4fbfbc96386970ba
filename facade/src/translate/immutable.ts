import type { FieldViolation } from "@open-vcluster/runtime";
import { type Binding, SPEC_BINDINGS } from "./binding.ts";
import type { Leaves } from "./leaf.ts";
import type { Mask } from "./mask.ts";
import { stableJson } from "./tree.ts";

const DESCRIPTION = "never changes: create a new virtual cluster with the other value";
const FIXED = SPEC_BINDINGS.filter(({ fixed }) => fixed !== undefined);

/** The fields that never change after creation, and would. */
export function immutableViolations(before: Leaves, wanted: Leaves): readonly FieldViolation[] {
  return FIXED.filter((binding) => meaning(binding, before) !== meaning(binding, wanted)).map(
    ({ wire }) => ({ field: `spec.${wire}`, description: DESCRIPTION }),
  );
}

/**
 * Whether a field that a mask covers and the request leaves unset stays as it is: one that never
 * changes is removed only by its own name, or by that of a message in which nothing ever changes.
 */
export function isKeptUnset(wire: string, mask: Mask): boolean {
  if (!FIXED.some((binding) => binding.wire === wire)) return false;
  if (mask.kind !== "paths") return true;
  return !mask.paths.some((path) => isPartOf(`spec.${wire}`, path) && isFixedWhole(path));
}

function isFixedWhole(path: string): boolean {
  return SPEC_BINDINGS.every(
    ({ wire, fixed }) => fixed !== undefined || !isPartOf(`spec.${wire}`, path),
  );
}

function isPartOf(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`);
}

function meaning({ wire, codec, fixed }: Binding, leaves: Leaves): string {
  return stableJson(leaves.has(wire) ? codec.toResource(leaves.get(wire)) : fixed?.unsetIs);
}
