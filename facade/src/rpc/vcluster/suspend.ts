import { create } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import {
  type Snapshot,
  SnapshotVClusterRequestSchema,
  type SuspendVClusterRequest,
} from "@open-vcluster/api";
import { namespaceOf } from "../../translate/names.ts";
import type { ServiceDeps } from "../deps.ts";
import { snapshotVCluster } from "../snapshot/take.ts";
import { answerOf, type WriteAnswer } from "./answers.ts";
import { foresee, write } from "./verb.ts";
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
  // A suspension that is refused leaves no snapshot behind.
  await foresee(SUSPEND, request, context, deps);
  const { name, snapshotName, requestId } = request;
  const target = { namespace: namespaceOf(request), name };
  const wish = create(SnapshotVClusterRequestSchema, { ...target, snapshotName, requestId });
  const { snapshot } = await snapshotVCluster(wish, context, deps);
  return snapshot === undefined ? {} : { snapshot };
}
