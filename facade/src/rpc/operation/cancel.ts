import type { HandlerContext } from "@connectrpc/connect";
import type { VClusterInstance, VClusterOperation } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import { callOf } from "../../call/call.ts";
import { toOperation } from "../../translate/operation.ts";
import { stampOf } from "../../write/admit.ts";
import { isFinished } from "../../write/operations.ts";
import type { ServiceDeps } from "../deps.ts";

/**
 * Cancels a suspension: the operation is marked first, then the instance is asked to run again, so that a crash in
 * between is healed by repeating. What ended stays as it is.
 *
 * @throws Failure `precondition` NotCancellable with the way out.
 */
export async function cancelled(
  operation: VClusterOperation,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<VClusterOperation> {
  const { namespace, name } = operation.spec.target;
  const call = callOf(context);
  const { principal } = call;
  await deps.permissions.require(principal, {
    verb: "update",
    subresource: "resume",
    namespace,
    name,
  });
  call.note({ resource: `${namespace}/${name}`, decision: "cancelled" });
  if (isFinished(operation)) return operation;
  if (operation.spec.method !== "SuspendVCluster") throw notCancellable(operation);
  const target = await deps.instances.read({ namespace, name });
  if (target === undefined || stampOf(target) !== operation.metadata.name || isDown(target)) {
    throw notCancellable(operation);
  }
  const marked =
    operation.spec.cancel === true ? operation : await deps.operations.cancel(operation);
  if (target.spec.powerState === "Suspended") await deps.writes.wake(target);
  return marked;
}

function isDown({ status }: VClusterInstance): boolean {
  return status?.powerState === "Suspended";
}

function notCancellable(operation: VClusterOperation): Failure {
  const { cancelAdvice } = toOperation(operation);
  const advice =
    cancelAdvice === "" ? "its control plane has stopped; ResumeVCluster starts it" : cancelAdvice;
  return new Failure(
    "precondition",
    "NotCancellable",
    `Operation ${operation.metadata.name} cannot be cancelled: ${advice}`,
    { facts: { operation: operation.metadata.name, method: operation.spec.method } },
  );
}
