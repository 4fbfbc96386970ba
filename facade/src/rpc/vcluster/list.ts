import type { HandlerContext } from "@connectrpc/connect";
import type { ListVClustersRequest, VCluster } from "@open-vcluster/api";
import { PROJECT_LABEL, type VClusterInstance } from "@open-vcluster/crds";
import { callOf } from "../../call/call.ts";
import { instanceOrder } from "../../read/instance-order.ts";
import { pageOf, pageSizeOf } from "../../read/page.ts";
import { parseSelector } from "../../read/selector.ts";
import { toMessage } from "../../translate/message.ts";
import { namespaceViolations } from "../../translate/names.ts";
import { currentPhase, phaseToWire } from "../../translate/phase.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import type { ServiceDeps } from "../deps.ts";
import { namespaceOfObject, visibleNamespaces } from "../visible.ts";

/** A page of virtual clusters. */
export interface ListAnswer {
  readonly vclusters: VCluster[];
  readonly nextPageToken: string;
  readonly totalCount: number;
  readonly resourceVersion: string;
}

/** The page that was asked for, of what the caller may see. */
export async function listVClusters(
  request: ListVClustersRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<ListAnswer> {
  const call = callOf(context);
  call.note({ resource: request.namespace === "" ? "*" : request.namespace });
  refuseViolations(namespaceViolations(request.namespace));
  const size = pageSizeOf(request.pageSize);
  const order = instanceOrder(request.orderBy);
  const matches = matcherOf(request);
  const scope = scopeOf(request, call.principal.name);
  const after = deps.pageTokens.open(scope, request.pageToken);
  const freshness = { atLeast: request.minResourceVersion, signal: context.signal };
  const { items, version } = await deps.instances.list(freshness);
  const namespaces = (): Iterable<string> => items.map(namespaceOfObject);
  const visible = await visibleNamespaces({ namespace: request.namespace }, namespaces, call, deps);
  const found = items.filter(
    (instance) =>
      (visible === "all" || visible.has(namespaceOfObject(instance))) && matches(instance),
  );
  const page = pageOf(found, order, size, after);
  return {
    vclusters: page.items.map(toMessage),
    nextPageToken: page.next === undefined ? "" : deps.pageTokens.seal(scope, page.next),
    totalCount: found.length,
    resourceVersion: version,
  };
}

/** Whether an instance is asked for; namespaces and permission are the caller's matter. Pure. */
function matcherOf(request: ListVClustersRequest): (instance: VClusterInstance) => boolean {
  const matchesLabels = parseSelector(request.labelSelector);
  const phases = new Set(request.phases);
  const { owner, project } = request;
  return (instance) =>
    matchesLabels(instance.metadata.labels ?? {}) &&
    (phases.size === 0 || phases.has(phaseToWire(currentPhase(instance)))) &&
    (owner === "" || instance.spec.owner === owner) &&
    (project === "" || projectOf(instance) === project);
}

function projectOf({ metadata, spec }: VClusterInstance): string | undefined {
  return spec.project ?? metadata.labels?.[PROJECT_LABEL];
}

function scopeOf(
  request: ListVClustersRequest,
  principal: string,
): { readonly method: string; readonly principal: string; readonly query: readonly unknown[] } {
  const { namespace, labelSelector, phases, owner, project, orderBy } = request;
  const query = [namespace, labelSelector, phases, owner, project, orderBy];
  return { method: "ListVClusters", principal, query };
}
