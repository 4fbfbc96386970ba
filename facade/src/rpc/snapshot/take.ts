import type { HandlerContext } from "@connectrpc/connect";
import {
  type Snapshot,
  type SnapshotVClusterRequest,
  SnapshotVClusterRequestSchema,
} from "@open-vcluster/api";
import { callOf } from "../../call/call.ts";
import { madeName } from "../../translate/made-name.ts";
import { namespaceOf } from "../../translate/names.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import { toSnapshot } from "../../translate/snapshot.ts";
import { snapshotFrom, snapshotViolations } from "../../translate/snapshot-request.ts";
import type { ServiceDeps } from "../deps.ts";
import { payloadOf } from "../payload.ts";
import { instanceFor } from "../vcluster/find.ts";

/** What writes of snapshots answer. */
export interface SnapshotAnswer {
  /** Absent: it is gone already. */
  readonly snapshot?: Snapshot;
  readonly operationId: string;
}

/** Asks for a snapshot of a virtual cluster that runs. */
export async function snapshotVCluster(
  request: SnapshotVClusterRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<SnapshotAnswer> {
  const call = callOf(context);
  refuseViolations(snapshotViolations(request));
  const instance = { namespace: namespaceOf(request), name: request.name };
  const { requestId } = request;
  call.note({ resource: `${instance.namespace}/${instance.name}` });
  const permission = { verb: "update", subresource: "snapshot", ...instance } as const;
  await deps.permissions.require(call.principal, permission);
  const name =
    request.snapshotName === ""
      ? madeName(instance.name, call.principal.name, requestId)
      : request.snapshotName;
  const { object, operationId } = await deps.writes.accept(
    {
      method: "SnapshotVCluster",
      store: ({ snapshots }) => snapshots,
      target: { namespace: instance.namespace, name },
      instance,
      requestId,
      payload: payloadOf(SnapshotVClusterRequestSchema, request, instance),
      etag: "",
      wanted: async () => {
        const { spec } = await instanceFor(instance, "snapshot", deps);
        return snapshotFrom(request, name, spec.snapshots?.locationRef);
      },
    },
    call,
  );
  return { operationId, ...(object === undefined ? {} : { snapshot: toSnapshot(object) }) };
}
