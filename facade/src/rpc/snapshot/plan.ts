import type { HandlerContext } from "@connectrpc/connect";
import { type PlanRestoreRequest, PlanRestoreRequestSchema } from "@open-vcluster/api";
import { callOf } from "../../call/call.ts";
import { madeName } from "../../translate/made-name.ts";
import { namespaceOf } from "../../translate/names.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import { planFrom, planViolations } from "../../translate/restore-request.ts";
import type { ServiceDeps } from "../deps.ts";
import { payloadOf } from "../payload.ts";
import { instanceFor } from "../vcluster/find.ts";
import { acceptRestore, type RestoreAnswer } from "./accept-restore.ts";
import { usableSnapshot } from "./source.ts";

/** Asks what a restore over a virtual cluster would change; its operation has the plan. */
export async function planRestore(
  request: PlanRestoreRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<RestoreAnswer> {
  const call = callOf(context);
  refuseViolations(planViolations(request));
  const { principal } = call;
  const { requestId, snapshotId } = request;
  const target = { namespace: namespaceOf(request), name: request.name };
  call.note({ resource: `${target.namespace}/${target.name}`, snapshotId });
  const permission = { verb: "update", subresource: "restore", ...target } as const;
  await deps.permissions.require(principal, permission);
  // The same id may belong to a restore as well.
  const name = madeName(`${target.name}-plan`, principal.name, requestId);
  return acceptRestore(
    {
      ...{ method: "PlanRestore", name, instance: target, requestId },
      payload: payloadOf(PlanRestoreRequestSchema, request, target),
      wanted: async () => {
        const snapshot = await usableSnapshot(snapshotId, target.namespace, call, deps);
        await instanceFor(target, "restore", deps);
        return planFrom(request, snapshot, name);
      },
    },
    call,
    deps,
  );
}
