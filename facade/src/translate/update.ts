import type { UpdateVClusterRequest } from "@open-vcluster/api";
import {
  PROJECT_LABEL,
  type VClusterInstance,
  type VClusterInstanceSpec,
} from "@open-vcluster/crds";
import type { FieldViolation } from "@open-vcluster/runtime";
import { immutableViolations, isKeptUnset } from "./immutable.ts";
import { type Labels, labelViolations, replacedLabels } from "./labels.ts";
import { type Leaves, leavesFrom, leavesOf, SPEC_LEAVES } from "./leaf.ts";
import { isCovered, isNamed, type Mask, maskOf, maskViolations } from "./mask.ts";
import { refuseImmutable, refuseViolations } from "./refuse.ts";
import { reconciled } from "./settle.ts";
import { consistencyViolations, fieldViolations, storeOf } from "./spec-check.ts";
import { specFromLeaves } from "./spec-from-message.ts";
import { specToLeaves } from "./spec-to-message.ts";
import { targetViolations } from "./validate.ts";

/**
 * The resource after an update. What the mask does not name is as before, and so is everything that
 * the contract has no field for. Paths of output fields have no effect.
 *
 * @throws Failure `invalid` InvalidArgument with every violation, or FieldImmutable.
 */
export function updated(
  current: VClusterInstance,
  request: UpdateVClusterRequest,
): VClusterInstance {
  const paths = request.updateMask?.paths ?? [];
  refuseViolations([...targetViolations(request), ...maskViolations(paths)]);
  const mask = maskOf(paths);
  const before = specToLeaves(current.spec);
  const asked = coveredLeaves(leavesOf(request.spec), mask);
  const wanted = reconciled(merged(before, asked, mask), asked);
  const present = current.metadata.labels ?? {};
  const given = isAboutLabels(mask, request.labels) ? request.labels : undefined;
  const ha = highAvailabilityViolations(before, asked, mask);
  refuseImmutable(ha.length > 0 ? ha : immutableViolations(before, wanted));
  refuseViolations([
    ...labelViolations(given ?? {}, present),
    ...fieldViolations(wanted, before),
    ...consistencyViolations(wanted),
  ]);
  const labels = given === undefined ? present : replacedLabels(present, given);
  const spec = specFromLeaves(current.spec, wanted, (wire) => isNamed(mask, `spec.${wire}`));
  return {
    ...current,
    metadata: { ...current.metadata, labels },
    spec: withProject(spec, present, labels),
  };
}

/** The fields that the request sets and the mask names. */
function coveredLeaves(asked: Leaves, mask: Mask): Leaves {
  if (mask.kind === "set") return asked;
  return leavesFrom([...asked].filter(([path]) => isCovered(mask, `spec.${path}`)));
}

function merged(before: Leaves, asked: Leaves, mask: Mask): Leaves {
  return leavesFrom(
    SPEC_LEAVES.map(({ path }) => {
      const isRemoved = isCovered(mask, `spec.${path}`) && !isKeptUnset(path, mask);
      return [path, asked.get(path) ?? (isRemoved ? undefined : before.get(path))];
    }),
  );
}

/** High availability is chosen with the store, at creation. */
function highAvailabilityViolations(
  before: Leaves,
  asked: Leaves,
  mask: Mask,
): readonly FieldViolation[] {
  const field = "spec.enable_ha";
  if (asked.has("enable_ha") && storeOf(before) === "sqlite") {
    const description =
      "needs etcd, and the store never changes: create a new virtual cluster with it";
    return [{ field, description }];
  }
  const isTurnedOff =
    isNamed(mask, field) && !asked.has("enable_ha") && !isCovered(mask, "spec.replicas");
  if (!isTurnedOff || !before.has("enable_ha")) return [];
  return [{ field, description: "never changes: set spec.replicas to 1 for a single replica" }];
}

function isAboutLabels(mask: Mask, labels: Labels): boolean {
  return mask.kind === "set" ? Object.keys(labels).length > 0 : isCovered(mask, "labels");
}

/** A project that was given as a label is the project of the specification too. */
function withProject(
  spec: VClusterInstanceSpec,
  before: Labels,
  after: Labels,
): VClusterInstanceSpec {
  const project = after[PROJECT_LABEL];
  const isSame = project === undefined || project === before[PROJECT_LABEL];
  return isSame ? spec : { ...spec, project };
}
