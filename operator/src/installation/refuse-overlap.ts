import { Failure, type KubeClient } from "@open-vcluster/runtime";
import { KINDS } from "../world/kinds.ts";
import { earlierOverlap, reachOf } from "./reach.ts";

/** What the chart writes on what it makes for the operator. */
const OF_OPERATORS = "app.kubernetes.io/component=operator";

/**
 * Throws a Failure, kind `precondition`, when another installation was there before and works for the same instances:
 * two operators would undo each other's work.
 */
export async function refuseOverlap(
  client: KubeClient,
  operatorId: string,
  signal: AbortSignal,
): Promise<void> {
  const lists = await Promise.all(
    [KINDS.clusterRoleBinding, KINDS.roleBinding].map((type) =>
      client.list(type, { labelSelector: OF_OPERATORS, signal }),
    ),
  );
  const reaches = lists.flat().flatMap((binding) => reachOf(binding) ?? []);
  const other = earlierOverlap(operatorId, reaches);
  if (other === undefined) return;
  const where = other.namespace === undefined ? "all namespaces" : `namespace ${other.namespace}`;
  throw new Failure(
    "precondition",
    "InstallationsOverlap",
    `The installation with operatorId ${other.operatorId} works for ${where} already: give both watchNamespaces that differ, or uninstall one`,
  );
}
