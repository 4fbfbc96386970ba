import type { VClusterInstance } from "@open-vcluster/crds";
import type { Call } from "../../call/call.ts";
import type { ServiceDeps } from "../deps.ts";

/**
 * The namespaces in which a caller may list. Asked before anything is looked up in a single namespace, so that nobody
 * learns what exists where they may not look.
 *
 * @param namespace - Empty: all; then those without permission are left out.
 * @throws Failure `denied` for a single namespace.
 */
export async function visibleNamespaces(
  namespace: string,
  candidates: () => Iterable<string>,
  call: Call,
  { permissions }: Pick<ServiceDeps, "permissions">,
): Promise<ReadonlySet<string> | "all"> {
  const { principal } = call;
  if (namespace === "") {
    return permissions.namespacesWhere(principal, { verb: "list" }, new Set(candidates()));
  }
  await permissions.require(principal, { verb: "list", namespace });
  return new Set([namespace]);
}

/** The namespace of an instance. Pure. */
export function namespaceOfInstance({ metadata }: VClusterInstance): string {
  return metadata.namespace ?? "";
}
