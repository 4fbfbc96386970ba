import type { HandlerContext } from "@connectrpc/connect";
import type { VClusterOperation } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import { callOf } from "../../call/call.ts";
import { refusedField } from "../../translate/refuse.ts";
import type { ServiceDeps } from "../deps.ts";

const ID = /^op-[0-9a-f]{32}$/;

/**
 * Finds an operation for a caller that may read its virtual cluster; for others it does not exist.
 *
 * @throws Failure `notFound`, `invalid`.
 */
export async function findOperation(
  id: string,
  context: HandlerContext,
  { operations, permissions }: ServiceDeps,
): Promise<VClusterOperation> {
  const call = callOf(context);
  const { principal } = call;
  if (id === "") throw refusedField("id", "must be set");
  call.note({ operationId: id.slice(0, 64) });
  // Names of another form are not asked for: they would be paths of the API server.
  const found = ID.test(id) ? await operations.find(id) : undefined;
  if (found === undefined) throw missing(id);
  const { namespace, name } = found.spec.target;
  const mayRead = await permissions.check(principal, { verb: "get", namespace, name });
  if (!mayRead) throw missing(id);
  return found;
}

function missing(id: string): Failure {
  return new Failure(
    "notFound",
    "OperationNotFound",
    `There is no operation ${id.slice(0, 64)}; operations are forgotten some time after they ended`,
  );
}
