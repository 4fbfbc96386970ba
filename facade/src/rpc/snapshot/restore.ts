import type { HandlerContext } from "@connectrpc/connect";
import { type RestoreVClusterRequest, RestoreVClusterRequestSchema } from "@open-vcluster/api";
import type { InstanceId } from "@open-vcluster/crds";
import { Failure } from "@open-vcluster/runtime";
import { type Call, callOf } from "../../call/call.ts";
import { madeName } from "../../translate/made-name.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import { restoreFrom, restoreTarget, restoreViolations } from "../../translate/restore-request.ts";
import type { ServiceDeps } from "../deps.ts";
import { payloadOf } from "../payload.ts";
import { instanceFor } from "../vcluster/find.ts";
import { acceptRestore, type RestoreAnswer } from "./accept-restore.ts";
import { usableSnapshot } from "./source.ts";

/** Asks for a restore over a virtual cluster, or into a new one. */
export async function restoreVCluster(
  request: RestoreVClusterRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<RestoreAnswer> {
  const call = callOf(context);
  refuseViolations(restoreViolations(request));
  const target = restoreTarget(request);
  const { requestId, createNew } = request;
  const { snapshotId } = request;
  call.note({ resource: `${target.namespace}/${target.name}`, snapshotId });
  await requireRights(target, createNew, call, deps);
  const name = madeName(target.name, call.principal.name, requestId);
  return acceptRestore(
    {
      ...{ method: "RestoreVCluster", name, instance: target, requestId },
      payload: payloadOf(RestoreVClusterRequestSchema, request, target),
      wanted: async () => {
        const snapshot = await usableSnapshot(snapshotId, target.namespace, call, deps);
        if (createNew) await requireFree(target, deps);
        else await instanceFor(target, "restore", deps);
        return restoreFrom(request, snapshot, { name, caller: call.principal.name });
      },
    },
    call,
    deps,
  );
}

async function requireRights(
  target: InstanceId,
  createNew: boolean,
  { principal }: Call,
  { permissions }: ServiceDeps,
): Promise<void> {
  await permissions.require(principal, { verb: "update", subresource: "restore", ...target });
  if (createNew) await permissions.require(principal, { verb: "create", ...target });
}

async function requireFree(target: InstanceId, { instances }: ServiceDeps): Promise<void> {
  if ((await instances.find(target, { atLeast: "" })) === undefined) return;
  throw new Failure(
    "alreadyExists",
    "AlreadyExists",
    `Virtual cluster ${target.namespace}/${target.name} exists already; choose another new_name, or restore over it without create_new`,
    { facts: { namespace: target.namespace, name: target.name } },
  );
}
