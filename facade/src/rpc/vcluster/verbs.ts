import {
  CreateVClusterRequestSchema,
  DeleteVClusterRequestSchema,
  ResumeVClusterRequestSchema,
  ScaleVClusterRequestSchema,
  SuspendVClusterRequestSchema,
  UpdateVClusterRequestSchema,
} from "@open-vcluster/api";
import {
  FORCE_DELETE_ANNOTATION,
  GRACE_PERIOD_ANNOTATION,
  type VClusterInstance,
} from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import { type Action, type ActionOptions, refuseByState } from "../../translate/actions.ts";
import { resumed } from "../../translate/resume.ts";
import { scaled } from "../../translate/scale.ts";
import { suspended } from "../../translate/suspend.ts";
import { updated } from "../../translate/update.ts";
import type { Verb } from "./verb.ts";

/** The creation of an instance. */
export function creationOf(instance: VClusterInstance): Verb<typeof CreateVClusterRequestSchema> {
  return {
    method: "CreateVCluster",
    request: CreateVClusterRequestSchema,
    permission: { verb: "create" },
    wanted: () => instance,
  };
}

/** A change of the specification or the labels. */
export const UPDATE: Verb<typeof UpdateVClusterRequestSchema> = {
  method: "UpdateVCluster",
  request: UpdateVClusterRequestSchema,
  permission: { verb: "update" },
  wanted: (current, request) => updated(allowed(current, "update"), request),
};

/** Another size of the control plane. */
export const SCALE: Verb<typeof ScaleVClusterRequestSchema> = {
  method: "ScaleVCluster",
  request: ScaleVClusterRequestSchema,
  permission: { verb: "update", subresource: "scale" },
  wanted: (current, request) => scaled(allowed(current, "scale"), request),
};

/** A suspension. */
export const SUSPEND: Verb<typeof SuspendVClusterRequestSchema> = {
  method: "SuspendVCluster",
  request: SuspendVClusterRequestSchema,
  permission: { verb: "update", subresource: "suspend" },
  wanted: (current, request) =>
    suspended(allowed(current, "suspend", { afterSnapshot: request.createSnapshot }), request),
};

/** A resumption. */
export const RESUME: Verb<typeof ResumeVClusterRequestSchema> = {
  method: "ResumeVCluster",
  request: ResumeVClusterRequestSchema,
  permission: { verb: "update", subresource: "resume" },
  wanted: (current, request) => resumed(allowed(current, "resume"), request),
};

/** A deletion: what is written before it tells the operator how to go about it. */
export const DELETE: Verb<typeof DeleteVClusterRequestSchema> = {
  method: "DeleteVCluster",
  request: DeleteVClusterRequestSchema,
  permission: { verb: "delete" },
  wanted: (current, { force, gracePeriodSeconds }) =>
    annotated(allowed(current, "delete", { force }), {
      ...(force ? { [FORCE_DELETE_ANNOTATION]: "true" } : {}),
      ...(gracePeriodSeconds === 0
        ? {}
        : { [GRACE_PERIOD_ANNOTATION]: String(gracePeriodSeconds) }),
    }),
};

/** What exists, if its state allows the verb. */
function allowed(
  current: VClusterInstance | undefined,
  action: Action,
  options: ActionOptions = {},
): VClusterInstance {
  if (current === undefined) throw new Failure("bug", "TargetMissing", "Nothing to write");
  refuseByState(current, action, options);
  return current;
}

function annotated(
  instance: VClusterInstance,
  more: Readonly<Record<string, string>>,
): VClusterInstance {
  const annotations = { ...instance.metadata.annotations, ...more };
  return { ...instance, metadata: { ...instance.metadata, annotations } };
}
