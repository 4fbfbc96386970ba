import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Operation, OperationService } from "@open-vcluster/api";
import type { VClusterOperation } from "@open-vcluster/crds";
import { keyText } from "@open-vcluster/runtime";
import { toMessage } from "../translate/message.ts";
import { toOperation } from "../translate/operation.ts";
import type { ServiceDeps } from "./deps.ts";
import { cancelled } from "./operation/cancel.ts";
import { findOperation } from "./operation/find.ts";
import { listOperations } from "./operation/list.ts";
import { waited } from "./operation/wait.ts";

/** The service of operations. */
export function operationService(deps: ServiceDeps): ServiceImpl<typeof OperationService> {
  const find = (id: string, context: HandlerContext): Promise<VClusterOperation> =>
    findOperation(id, context, deps);
  return {
    getOperation: async ({ id }, context) => ({
      operation: withTarget(await find(id, context), deps),
    }),
    listOperations: (request, context) => listOperations(request, context, deps),
    waitOperation: async ({ id, timeout }, context) => {
      const operation = await waited(await find(id, context), timeout, context, deps);
      return { operation: withTarget(operation, deps) };
    },
    cancelOperation: async ({ id }, context) => ({
      operation: withTarget(await cancelled(await find(id, context), context, deps), deps),
    }),
  };
}

/** Whoever found the operation may read its virtual cluster; another one of its name is not shown. */
function withTarget(operation: VClusterOperation, { instances }: ServiceDeps): Operation {
  const message = toOperation(operation);
  const { target } = operation.spec;
  const uid = operation.status?.targetUid ?? target.uid;
  const instance = instances.informer.get(keyText(target));
  const isTarget = instance !== undefined && (uid === undefined || instance.metadata.uid === uid);
  return isTarget ? { ...message, vcluster: toMessage(instance) } : message;
}
