import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Operation, OperationService } from "@open-vcluster/api";
import type { VClusterOperation } from "@open-vcluster/crds";
import { keyText } from "@open-vcluster/runtime";
import { callOf } from "../call/call.ts";
import { toMessage } from "../translate/message.ts";
import { toOperation } from "../translate/operation.ts";
import { refuseViolations } from "../translate/refuse.ts";
import { requestIdViolations } from "../translate/validate.ts";
import type { ServiceDeps } from "./deps.ts";
import { cancelled } from "./operation/cancel.ts";
import { findOperation } from "./operation/find.ts";
import { listOperations } from "./operation/list.ts";
import { planOf } from "./operation/plan.ts";
import { progressOf } from "./operation/progress.ts";
import { waited } from "./operation/wait.ts";

/** The service of operations. */
export function operationService(deps: ServiceDeps): ServiceImpl<typeof OperationService> {
  const find = (id: string, context: HandlerContext): Promise<VClusterOperation> =>
    findOperation(id, context, deps);
  const answer = async (
    operation: VClusterOperation,
    context: HandlerContext,
  ): Promise<{ readonly operation: Operation }> => {
    const restorePlan = await planOf(operation, callOf(context), deps);
    const progress = progressOf(operation, deps);
    return {
      operation: {
        ...withTarget(operation, deps),
        ...(restorePlan === undefined ? {} : { restorePlan }),
        ...(progress === undefined ? {} : { progress }),
      },
    };
  };
  return {
    getOperation: async ({ id }, context) => answer(await find(id, context), context),
    listOperations: (request, context) => listOperations(request, context, deps),
    waitOperation: async ({ id, timeout }, context) =>
      answer(await waited(await find(id, context), timeout, context, deps), context),
    cancelOperation: async ({ id, requestId }, context) => {
      refuseViolations(requestIdViolations(requestId));
      callOf(context).note({ requestId });
      const operation = await cancelled(await find(id, context), context, deps);
      return { operation: withTarget(operation, deps) };
    },
  };
}

/** Whoever found the operation may read its virtual cluster; another one of its name is not shown. */
function withTarget(operation: VClusterOperation, { instances }: ServiceDeps): Operation {
  const message = toOperation(operation);
  const { target, object } = operation.spec;
  const uid = (object === undefined ? operation.status?.targetUid : undefined) ?? target.uid;
  const instance = instances.informer.get(keyText(target));
  const isTarget = instance !== undefined && (uid === undefined || instance.metadata.uid === uid);
  return isTarget ? { ...message, vcluster: toMessage(instance) } : message;
}
