import { configError, crashLooping, imageNotAvailable } from "./container-trouble.ts";
import {
  type ControlPlaneSeen,
  type PlacedContainer,
  troubledContainers,
} from "./control-plane.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { podsRefused, unschedulable } from "./placement-trouble.ts";
import { volumeFull, volumePending } from "./volume-trouble.ts";

/**
 * Finds the cause that keeps a control plane down, from its pods, claims, warnings and last log lines. Pure.
 *
 * Causes come before symptoms: a full volume also crash-loops, a pending claim also makes a pod unschedulable.
 *
 * @returns `undefined` when nothing is wrong, or when it is just starting.
 */
export function diagnose(seen: ControlPlaneSeen): Diagnosis | undefined {
  const containers = troubledContainers(seen.pods);
  for (const check of CHECKS) {
    const found = check(seen, containers);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Check = (
  seen: ControlPlaneSeen,
  containers: readonly PlacedContainer[],
) => Diagnosis | undefined;

const CHECKS: readonly Check[] = [
  volumeFull, // the store cannot write: everything else follows from it
  imageNotAvailable, // nothing starts without its image
  configError, // a Secret or ConfigMap that a pod needs is missing
  volumePending, // an unbound claim is why the pod has no node
  unschedulable, // no node takes the pod
  podsRefused, // the pod does not even exist
  crashLooping, // it starts and dies: its own words say why
];
