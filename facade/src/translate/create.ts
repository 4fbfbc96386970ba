import type { CreateVClusterRequest } from "@open-vcluster/api";
import {
  API_VERSION,
  INSTANCE_FINALIZER,
  PROJECT_LABEL,
  VCLUSTER_INSTANCE,
  type VClusterInstance,
} from "@open-vcluster/crds";
import { leavesOf } from "./leaf.ts";
import { namespaceOf } from "./names.ts";
import { refuseViolations } from "./refuse.ts";
import { settled } from "./settle.ts";
import { specFromLeaves } from "./spec-from-message.ts";
import { createViolations, MAX_OWNER_LENGTH } from "./validate.ts";

/**
 * The resource that a creation asks for. It carries the operator's finalizer from the start, so that
 * it cannot vanish before the operator saw it.
 *
 * @param caller - Name of the principal; the owner unless the request names one.
 * @throws Failure `invalid` with every violation.
 */
export function instanceFrom(request: CreateVClusterRequest, caller: string): VClusterInstance {
  refuseViolations(createViolations(request));
  const owner = request.owner === "" ? ownerNamed(caller) : request.owner;
  const project = request.project === "" ? (request.labels[PROJECT_LABEL] ?? "") : request.project;
  const labels = project === "" ? request.labels : { ...request.labels, [PROJECT_LABEL]: project };
  return {
    apiVersion: API_VERSION,
    kind: VCLUSTER_INSTANCE.kind,
    metadata: {
      name: request.name,
      namespace: namespaceOf(request),
      labels: { ...labels },
      finalizers: [INSTANCE_FINALIZER],
    },
    spec: {
      ...specFromLeaves({}, settled(leavesOf(request.spec))),
      owner,
      ...(project === "" ? {} : { project }),
    },
  };
}

/** The owner of what a caller makes, by the name of the principal. Pure. */
export function ownerNamed(caller: string): string {
  return caller.slice(0, MAX_OWNER_LENGTH);
}
