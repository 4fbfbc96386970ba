import { create } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import {
  type Snapshot,
  SnapshotVClusterRequestSchema,
  type SuspendVClusterRequest,
} from "@open-vcluster/api";
import { callOf } from "../../call/call.ts";
import { namespaceOf } from "../../translate/names.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import { suspended } from "../../translate/suspend.ts";
import { targetViolations } from "../../translate/validate.ts";
import type { ServiceDeps } from "../deps.ts";
import { snapshotVCluster } from "../snapshot/take.ts";
import { answerOf, type WriteAnswer } from "./answers.ts";
import { instanceFor } from "./find.ts";
import { write } from "./verb.ts";
import { SUSPEND } from "./verbs.ts";

/** What SuspendVCluster answers. */
export interface SuspendAnswer extends WriteAnswer {
  readonly snapshot?: Snapshot;
}

/**
 * Asks for a suspension; with `create_snapshot` for a snapshot first, which the operator finishes before the store stops,
 * or takes of the stopped one. A crash between the two is healed by repeating the request.
 */
export async function suspendVCluster(
  request: SuspendVClusterRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<SuspendAnswer> {
  const taken = request.createSnapshot ? await snapshotFor(request, context, deps) : {};
  return { ...answerOf(await write(SUSPEND, request, context, deps)), ...taken };
}

async function snapshotFor(
  request: SuspendVClusterRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<Pick<SuspendAnswer, "snapshot">> {
  const { principal } = callOf(context);
  refuseViolations(targetViolations(request));
  const { name, snapshotName, requestId } = request;
  const target = { namespace: namespaceOf(request), name };
  await deps.permissions.require(principal, { ...SUSPEND.permission, ...target });
  const asking = { method: SUSPEND.method, principal, requestId };
  // A suspension that would be refused leaves no snapshot behind; one that was accepted before is not refused.
  if ((await deps.writes.earlier(asking)) === undefined) {
    const options = { afterSnapshot: true };
    suspended(await instanceFor(target, "suspend", deps, options), request);
  }
  const wish = create(SnapshotVClusterRequestSchema, { ...target, snapshotName, requestId });
  const { snapshot } = await snapshotVCluster(wish, context, deps);
  return snapshot === undefined ? {} : { snapshot };
}
