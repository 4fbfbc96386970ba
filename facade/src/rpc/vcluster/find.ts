import type { HandlerContext } from "@connectrpc/connect";
import type { VClusterInstance } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import { callOf } from "../../call/call.ts";
import type { PermissionAttributes } from "../../permission/permissions.ts";
import { namespaceOf, namespaceViolations, nameViolations } from "../../translate/names.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import type { ServiceDeps } from "../deps.ts";

/** How an instance is named: by name and namespace, or by id. */
export interface InstanceName {
  readonly name: string;
  readonly namespace: string;
  readonly id?: string;
  readonly minResourceVersion?: string;
}

const MAX_UID_LENGTH = 128;

/**
 * Finds an instance for a caller that has the permission; others learn nothing.
 *
 * @throws Failure `notFound`, `denied`, `invalid`.
 */
export async function findInstance(
  asked: InstanceName,
  permission: Pick<PermissionAttributes, "verb" | "subresource">,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<VClusterInstance> {
  const freshness = { atLeast: asked.minResourceVersion ?? "", signal: context.signal };
  const call = callOf(context);
  const { principal } = call;
  const { id = "" } = asked;
  refuseViolations([...choiceViolations(asked), ...namespaceViolations(asked.namespace)]);
  if (id !== "") {
    call.note({ resource: id });
    const found = await deps.instances.findByUid(id, freshness);
    const isWanted = asked.namespace === "" || found?.metadata.namespace === asked.namespace;
    if (found === undefined || !isWanted) throw missing(id);
    const { namespace = "", name } = found.metadata;
    // Without permission an id must look as if it did not exist.
    if (!(await deps.permissions.check(principal, { ...permission, namespace, name }))) {
      throw missing(id);
    }
    return found;
  }
  refuseViolations(nameViolations(asked.name));
  const key = { namespace: namespaceOf(asked), name: asked.name };
  call.note({ resource: `${key.namespace}/${key.name}` });
  await deps.permissions.require(principal, { ...permission, ...key });
  const found = await deps.instances.find(key, freshness);
  if (found === undefined) throw missing(`${key.namespace}/${key.name}`);
  return found;
}

function choiceViolations({
  name,
  id = "",
}: InstanceName): { field: string; description: string }[] {
  if (id !== "" && name !== "")
    return [{ field: "id", description: "must not be set beside name" }];
  if (id === "" && name === "") return [{ field: "name", description: "must be set" }];
  return id.length > MAX_UID_LENGTH ? [{ field: "id", description: "is no id" }] : [];
}

function missing(text: string): Failure {
  return new Failure(
    "notFound",
    "VclusterNotFound",
    `There is no virtual cluster ${text}; check name, namespace and id`,
  );
}
