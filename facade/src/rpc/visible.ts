import type { Call } from "../call/call.ts";
import type { PermissionAttributes } from "../permission/permissions.ts";
import type { Resource } from "../read/objects.ts";
import type { ServiceDeps } from "./deps.ts";

/** What is listed. */
export interface ListScope extends Pick<PermissionAttributes, "resource"> {
  /** Empty: all; then those without permission are left out. */
  readonly namespace: string;
}

/**
 * The namespaces in which a caller may list. Asked before anything is looked up in a single namespace, so that nobody
 * learns what exists where they may not look.
 *
 * @throws Failure `denied` for a single namespace.
 */
export async function visibleNamespaces(
  { namespace, ...what }: ListScope,
  candidates: () => Iterable<string>,
  call: Call,
  { permissions }: Pick<ServiceDeps, "permissions">,
): Promise<ReadonlySet<string> | "all"> {
  const { principal } = call;
  if (namespace === "") {
    return permissions.namespacesWhere(principal, { ...what, verb: "list" }, new Set(candidates()));
  }
  await permissions.require(principal, { ...what, verb: "list", namespace });
  return new Set([namespace]);
}

/** The namespace of an object. Pure. */
export function namespaceOfObject({ metadata }: Resource): string {
  return metadata.namespace ?? "";
}
