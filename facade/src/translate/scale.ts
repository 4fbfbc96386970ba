import { create } from "@bufbuild/protobuf";
import type { ScaleVClusterRequest } from "@open-vcluster/api";
import { VClusterSpecSchema } from "@open-vcluster/api";
import type { VClusterInstance } from "@open-vcluster/crds";
import type { FieldViolation } from "@open-vcluster/runtime";
import { leavesOf } from "./leaf.ts";
import { refuseViolations } from "./refuse.ts";
import { reconciled } from "./settle.ts";
import { consistencyViolations, fieldViolations } from "./spec-check.ts";
import { specFromLeaves } from "./spec-from-message.ts";
import { specToLeaves } from "./spec-to-message.ts";
import { targetViolations } from "./validate.ts";

/**
 * The resource with another size of its control plane. What the request leaves unset is as before.
 *
 * @throws Failure `invalid` with every violation, also if the request asks for nothing.
 */
export function scaled(current: VClusterInstance, request: ScaleVClusterRequest): VClusterInstance {
  const { resources, replicas } = request;
  const size = resources === undefined ? { replicas } : { replicas, resources };
  const asked = leavesOf(create(VClusterSpecSchema, size));
  const before = specToLeaves(current.spec);
  const wanted = reconciled(new Map([...before, ...asked]), asked);
  refuseViolations([
    ...targetViolations(request),
    ...(asked.size === 0 ? [NOTHING_ASKED] : []),
    ...[...fieldViolations(wanted, before), ...consistencyViolations(wanted)].map(ofRequest),
  ]);
  return { ...current, spec: specFromLeaves(current.spec, wanted) };
}

const NOTHING_ASKED: FieldViolation = {
  field: "replicas",
  description: "must be set, or something in resources: the request asks for nothing",
};

/** The request has the fields of the specification at its root. */
function ofRequest({ field, description }: FieldViolation): FieldViolation {
  return { field: field.replace(/^spec\./, ""), description };
}
