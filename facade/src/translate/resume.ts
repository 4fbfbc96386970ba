import type { ResumeVClusterRequest } from "@open-vcluster/api";
import type { InstanceResume, VClusterInstance } from "@open-vcluster/crds";
import { refuseViolations } from "./refuse.ts";
import { targetViolations } from "./validate.ts";

/**
 * The resource with the wish to run.
 *
 * @throws Failure `invalid` with every violation.
 */
export function resumed(
  current: VClusterInstance,
  request: ResumeVClusterRequest,
): VClusterInstance {
  refuseViolations(targetViolations(request));
  const { resume: earlier, ...spec } = current.spec;
  const resume = waiting(earlier, request.reconcileWorkloads);
  const wanted = { ...spec, powerState: "Running" as const };
  return { ...current, spec: resume === undefined ? wanted : { ...wanted, resume } };
}

/** How long to wait is not on the wire; it stays. */
function waiting(earlier: InstanceResume | undefined, waits: boolean): InstanceResume | undefined {
  const { waitForWorkloads: _before, ...rest } = earlier ?? {};
  if (waits) return { ...rest, waitForWorkloads: true };
  return Object.keys(rest).length === 0 ? undefined : rest;
}
