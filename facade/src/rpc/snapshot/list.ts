import type { HandlerContext } from "@connectrpc/connect";
import type { ListSnapshotsRequest, Snapshot } from "@open-vcluster/api";
import type { VClusterSnapshot } from "@open-vcluster/crds";
import { callOf } from "../../call/call.ts";
import { type Order, pageOf, pageSizeOf } from "../../read/page.ts";
import { parseSelector } from "../../read/selector.ts";
import { namespaceViolations } from "../../translate/names.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import { snapshotStatus, toSnapshot } from "../../translate/snapshot.ts";
import type { ServiceDeps } from "../deps.ts";
import { namespaceOfObject, visibleNamespaces } from "../visible.ts";
import { SNAPSHOTS } from "./find.ts";

/** A page of snapshots. */
export interface SnapshotsAnswer {
  readonly snapshots: Snapshot[];
  readonly nextPageToken: string;
  readonly totalCount: number;
  readonly resourceVersion: string;
}

const NEWEST_FIRST: Order<VClusterSnapshot> = {
  isDescending: true,
  cursorOf: ({ metadata }) => ({
    key: metadata.creationTimestamp ?? "",
    namespace: metadata.namespace ?? "",
    name: metadata.name,
  }),
};

/** The page that was asked for, of what the caller may see. */
export async function listSnapshots(
  request: ListSnapshotsRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<SnapshotsAnswer> {
  const call = callOf(context);
  const { namespace, vclusterName, labelSelector, statuses } = request;
  call.note({ resource: namespace === "" ? "*" : namespace });
  refuseViolations(namespaceViolations(namespace));
  const size = pageSizeOf(request.pageSize);
  const matchesLabels = parseSelector(labelSelector);
  const query = [namespace, vclusterName, labelSelector, statuses];
  const scope = { method: "ListSnapshots", principal: call.principal.name, query };
  const after = deps.pageTokens.open(scope, request.pageToken);
  const freshness = { atLeast: request.minResourceVersion, signal: context.signal };
  const { items, version } = await deps.snapshots.list(freshness);
  const namespaces = (): Iterable<string> => items.map(namespaceOfObject);
  const visible = await visibleNamespaces({ ...SNAPSHOTS, namespace }, namespaces, call, deps);
  const found = items.filter(
    (snapshot) =>
      (visible === "all" || visible.has(namespaceOfObject(snapshot))) &&
      (vclusterName === "" || snapshot.spec.instanceRef.name === vclusterName) &&
      (statuses.length === 0 || statuses.includes(snapshotStatus(snapshot))) &&
      matchesLabels(snapshot.metadata.labels ?? {}),
  );
  const page = pageOf(found, NEWEST_FIRST, size, after);
  return {
    snapshots: page.items.map(toSnapshot),
    nextPageToken: page.next === undefined ? "" : deps.pageTokens.seal(scope, page.next),
    totalCount: found.length,
    resourceVersion: version,
  };
}
