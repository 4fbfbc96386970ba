import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { HandlerContext } from "@connectrpc/connect";
import {
  boundsAt,
  type DeleteVClusterRequest,
  type FieldChange,
  type VCluster,
} from "@open-vcluster/api";
import { Failure } from "@open-vcluster/runtime";
import { deletionChanges } from "../../translate/changes.ts";
import { toMessage } from "../../translate/message.ts";
import { refuseViolations } from "../../translate/refuse.ts";
import { secondsViolations } from "../../translate/validate.ts";
import type { ServiceDeps } from "../deps.ts";
import { removalOf } from "../snapshot/remove-all.ts";
import { type Outcome, write } from "./verb.ts";
import { DELETE } from "./verbs.ts";

/** What DeleteVCluster answers. */
export interface DeleteAnswer {
  readonly operationId: string;
  readonly deleteTime?: Timestamp;
  readonly changes: FieldChange[];
  readonly vcluster?: VCluster;
}

const NOTHING: DeleteAnswer = { operationId: "", changes: [] };
const GRACE = boundsAt("DeleteVClusterRequest.grace_period_seconds", "minimum", "maximum");

/** Asks for a deletion. */
export async function deleteVCluster(
  request: DeleteVClusterRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<DeleteAnswer> {
  const { gracePeriodSeconds } = request;
  refuseViolations(secondsViolations("grace_period_seconds", gracePeriodSeconds, GRACE));
  const removal = request.deleteSnapshots ? await removalOf(request, context, deps) : undefined;
  try {
    const outcome = await write(DELETE, request, context, deps);
    if (!("tried" in outcome)) await removal?.();
    return await answerOf(outcome, deps);
  } catch (error) {
    const isMissing = error instanceof Failure && error.kind === "notFound";
    if (isMissing && request.allowMissing) return NOTHING;
    throw error;
  }
}

async function answerOf(
  outcome: Outcome,
  { operations, clock }: Pick<ServiceDeps, "operations" | "clock">,
): Promise<DeleteAnswer> {
  if ("tried" in outcome) {
    const { after, before = after } = outcome.tried;
    return { ...NOTHING, changes: deletionChanges(before), vcluster: toMessage(before) };
  }
  const { instance, operationId } = outcome;
  const asked = (await operations.find(operationId))?.metadata.creationTimestamp;
  const askedMs = asked === undefined ? clock.nowMs() : Date.parse(asked);
  return {
    operationId,
    changes: [],
    deleteTime: timestampFromMs(askedMs),
    ...(instance === undefined ? {} : { vcluster: toMessage(instance) }),
  };
}
