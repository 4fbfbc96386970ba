import { Failure } from "@open-vcluster/runtime";
import type { PermissionAttributes, Permissions } from "./permissions.ts";

/**
 * Permissions in the namespaces that this installation serves; elsewhere nobody may do anything through it.
 *
 * @param namespaces - Empty: all are served.
 */
export function onlyServed(namespaces: readonly string[], permissions: Permissions): Permissions {
  if (namespaces.length === 0) return permissions;
  const isServed = ({ namespace }: PermissionAttributes): boolean =>
    namespace === undefined || namespaces.includes(namespace);
  return {
    check: async (principal, attributes) =>
      isServed(attributes) && (await permissions.check(principal, attributes)),
    require: async (principal, attributes) => {
      if (!isServed(attributes)) throw notServed(attributes.namespace ?? "", namespaces);
      await permissions.require(principal, attributes);
    },
    namespacesWhere: (principal, attributes, candidates) =>
      permissions.namespacesWhere(principal, attributes, candidates),
  };
}

function notServed(namespace: string, namespaces: readonly string[]): Failure {
  return new Failure(
    "denied",
    "PermissionDenied",
    `This API does not serve namespace ${namespace}; it serves ${namespaces.join(", ")}`,
  );
}
