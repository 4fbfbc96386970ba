import type { HandlerContext } from "@connectrpc/connect";
import type { InstanceId, VClusterInstance } from "@open-vcluster/crds";
import type { PermissionAttributes } from "../../permission/permissions.ts";
import { type Action, type ActionOptions, refuseByState } from "../../translate/actions.ts";
import { nameViolations } from "../../translate/names.ts";
import type { ServiceDeps } from "../deps.ts";
import { findObject, missingObject, type ObjectName } from "../find.ts";

/**
 * Finds an instance for a caller that has the permission; others learn nothing.
 *
 * @throws Failure `notFound`, `denied`, `invalid`.
 */
export function findInstance(
  asked: ObjectName,
  permission: Pick<PermissionAttributes, "verb" | "subresource">,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<VClusterInstance> {
  return findObject(asked, { objects: deps.instances, nameViolations, permission }, context, deps);
}

/**
 * The instance if its state allows a verb. A refusal is looked at twice, for the cache may lag.
 *
 * @throws Failure `notFound`, `precondition`.
 */
export async function instanceFor(
  id: InstanceId,
  action: Action,
  { instances }: Pick<ServiceDeps, "instances">,
  options: ActionOptions = {},
): Promise<VClusterInstance> {
  const allowed = (instance: VClusterInstance | undefined): VClusterInstance => {
    if (instance === undefined) throw missingObject(`${id.namespace}/${id.name}`, instances.kind);
    refuseByState(instance, action, options);
    return instance;
  };
  try {
    return allowed(await instances.find(id, { atLeast: "" }));
  } catch {
    return allowed(await instances.read(id));
  }
}
