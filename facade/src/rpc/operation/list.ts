import type { HandlerContext } from "@connectrpc/connect";
import type { ListOperationsRequest, Operation } from "@open-vcluster/api";
import type { VClusterOperation } from "@open-vcluster/crds";
import { callOf } from "../../call/call.ts";
import { type Order, pageOf, pageSizeOf } from "../../read/page.ts";
import { namespaceViolations } from "../../translate/names.ts";
import { toOperation } from "../../translate/operation.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import type { ServiceDeps } from "../deps.ts";
import { visibleNamespaces } from "../visible.ts";

/** A page of operations. */
export interface OperationsAnswer {
  readonly operations: Operation[];
  readonly nextPageToken: string;
  readonly totalCount: number;
}

const NEWEST_FIRST: Order<VClusterOperation> = {
  isDescending: true,
  cursorOf: ({ metadata }) => ({
    key: metadata.creationTimestamp ?? "",
    namespace: metadata.namespace ?? "",
    name: metadata.name,
  }),
};

/** The page that was asked for, of operations on what the caller may see. */
export async function listOperations(
  request: ListOperationsRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<OperationsAnswer> {
  const call = callOf(context);
  refuseViolations(namespaceViolations(request.namespace));
  const size = pageSizeOf(request.pageSize);
  const { namespace, vclusterName, states, method, requester } = request;
  const query = [namespace, vclusterName, states, method, requester];
  const scope = { method: "ListOperations", principal: call.principal.name, query };
  const after = deps.pageTokens.open(scope, request.pageToken);
  const all = [...deps.operations.informer.list()];
  const namespaces = (): Iterable<string> => all.map(({ spec }) => spec.target.namespace);
  const visible = await visibleNamespaces({ namespace }, namespaces, call, deps);
  const found = all.filter(
    (operation) =>
      (visible === "all" || visible.has(operation.spec.target.namespace)) &&
      matches(operation, request),
  );
  const page = pageOf(found, NEWEST_FIRST, size, after);
  return {
    operations: page.items.map(toOperation),
    nextPageToken: page.next === undefined ? "" : deps.pageTokens.seal(scope, page.next),
    totalCount: found.length,
  };
}

function matches(operation: VClusterOperation, request: ListOperationsRequest): boolean {
  const { spec } = operation;
  const { vclusterName, states, method, requester } = request;
  return (
    (vclusterName === "" || spec.target.name === vclusterName) &&
    (method === "" || spec.method === method) &&
    (requester === "" || spec.requester.name === requester) &&
    (states.length === 0 || states.includes(toOperation(operation).state))
  );
}
