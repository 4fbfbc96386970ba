import type { HandlerContext } from "@connectrpc/connect";
import type { VClusterSnapshot } from "@open-vcluster/crds";
import type { FieldViolation } from "@open-vcluster/runtime";
import type { PermissionAttributes } from "../../permission/permissions.ts";
import type { ServiceDeps } from "../deps.ts";
import { findObject, type ObjectName } from "../find.ts";

/** What the permission of all snapshots is about. */
export const SNAPSHOTS = { resource: "vclustersnapshots" } as const;

/** As Kubernetes names objects: a DNS subdomain. */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * Finds a snapshot for a caller that has the permission; others learn nothing.
 *
 * @throws Failure `notFound`, `denied`, `invalid`.
 */
export function findSnapshot(
  asked: ObjectName,
  verb: PermissionAttributes["verb"],
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<VClusterSnapshot> {
  const permission = { ...SNAPSHOTS, verb };
  return findObject(asked, { objects: deps.snapshots, nameViolations, permission }, context, deps);
}

function nameViolations(name: string): readonly FieldViolation[] {
  return NAME.test(name)
    ? []
    : [
        {
          field: "name",
          description: "must be the name of a snapshot: lower case letters, digits, '-' and '.'",
        },
      ];
}
