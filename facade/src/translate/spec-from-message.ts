import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import { SPEC_BINDINGS } from "./binding.ts";
import type { Leaves } from "./leaf.ts";
import { specToLeaves } from "./spec-to-message.ts";
import { stableJson, type Tree, writtenAt } from "./tree.ts";

/**
 * Writes wanted fields over the `spec` of a resource. What means the same as before is not touched,
 * nor is what the contract has no field for.
 *
 * @param before - The spec now; `{}` for a new resource.
 * @param wanted - All that the contract shall show afterwards; settled and without violations.
 * @param isNamed - Whether an update mask names a field by itself: its `false` is written out then.
 */
export function specFromLeaves(
  before: VClusterInstanceSpec,
  wanted: Leaves,
  isNamed: (wire: string) => boolean = () => false,
): VClusterInstanceSpec {
  const shown = specToLeaves(before);
  let spec: Tree = { ...before };
  for (const { wire, resource, codec, keepsFalse } of SPEC_BINDINGS) {
    const isOff = keepsFalse === true && isNamed(wire) && !wanted.has(wire);
    if (!isOff && shown.get(wire) === wanted.get(wire)) continue;
    const now = shown.has(wire) ? codec.toResource(shown.get(wire)) : undefined;
    const then = wanted.has(wire) ? codec.toResource(wanted.get(wire)) : undefined;
    if (isOff) spec = writtenAt(spec, resource, false);
    else if (stableJson(now) !== stableJson(then)) spec = writtenAt(spec, resource, then);
  }
  return spec;
}
