import type { HandlerContext } from "@connectrpc/connect";
import { Failure, type FieldViolation } from "@open-vcluster/runtime";
import { callOf } from "../call/call.ts";
import type { PermissionAttributes } from "../permission/permissions.ts";
import type { Freshness, Kind, Objects, Resource } from "../read/objects.ts";
import { namespaceOf, namespaceViolations } from "../translate/names.ts";
import { refuseViolations } from "../translate/refuse.ts";
import type { ServiceDeps } from "./deps.ts";

/** How an object is named: by name and namespace, or by id. */
export interface ObjectName {
  readonly name: string;
  readonly namespace: string;
  readonly id?: string;
  readonly minResourceVersion?: string;
}

/** Where an object is looked for. */
export interface Search<T extends Resource> {
  readonly objects: Objects<T>;
  /** What is wrong with its name. */
  readonly nameViolations: (name: string) => readonly FieldViolation[];
  readonly permission: Pick<PermissionAttributes, "verb" | "resource" | "subresource">;
}

const MAX_UID_LENGTH = 128;

/**
 * Finds an object for a caller that has the permission; others learn nothing.
 *
 * @throws Failure `notFound`, `denied`, `invalid`.
 */
export async function findObject<T extends Resource>(
  asked: ObjectName,
  { objects, nameViolations, permission }: Search<T>,
  context: HandlerContext,
  { permissions }: Pick<ServiceDeps, "permissions">,
): Promise<T> {
  const freshness = { atLeast: asked.minResourceVersion ?? "", signal: context.signal };
  const call = callOf(context);
  const { principal } = call;
  const { id = "" } = asked;
  refuseViolations([...choiceViolations(asked), ...namespaceViolations(asked.namespace)]);
  if (id !== "") {
    call.note({ resource: id });
    const found = await foundById(id, { objects, permission }, freshness);
    const isWanted = asked.namespace === "" || found?.metadata.namespace === asked.namespace;
    if (found === undefined || !isWanted) throw missingObject(id, objects.kind);
    const { namespace = "", name } = found.metadata;
    // Without permission an id must look as if it did not exist.
    if (!(await permissions.check(principal, { ...permission, namespace, name }))) {
      throw missingObject(id, objects.kind);
    }
    return found;
  }
  refuseViolations(nameViolations(asked.name));
  const key = { namespace: namespaceOf(asked), name: asked.name };
  call.note({ resource: `${key.namespace}/${key.name}` });
  await permissions.require(principal, { ...permission, ...key });
  const found = await objects.find(key, freshness);
  if (found === undefined) throw missingObject(`${key.namespace}/${key.name}`, objects.kind);
  return found;
}

/** What is to be changed may have been made through another replica a moment ago. */
async function foundById<T extends Resource>(
  id: string,
  { objects, permission: { verb } }: Pick<Search<T>, "objects" | "permission">,
  freshness: Freshness,
): Promise<T | undefined> {
  const known = await objects.findByUid(id, freshness);
  return known === undefined && verb !== "get" ? objects.readByUid(id) : known;
}

/** The refusal of what is not there, or must look so. Pure. */
export function missingObject(text: string, { noun, missing }: Kind): Failure {
  return new Failure(
    "notFound",
    missing,
    `There is no ${noun} ${text}; check name, namespace and id`,
  );
}

function choiceViolations({ name, id = "" }: ObjectName): readonly FieldViolation[] {
  if (id !== "" && name !== "")
    return [{ field: "id", description: "must not be set beside name" }];
  if (id === "" && name === "") return [{ field: "name", description: "must be set" }];
  return id.length > MAX_UID_LENGTH ? [{ field: "id", description: "is no id" }] : [];
}
