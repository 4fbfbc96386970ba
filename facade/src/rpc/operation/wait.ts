import { type Duration, durationMs } from "@bufbuild/protobuf/wkt";
import type { HandlerContext } from "@connectrpc/connect";
import type { VClusterOperation } from "@open-vcluster/crds";
import { untilSeen } from "../../read/until-seen.ts";
import { refusedField } from "../../translate/refuse.ts";
import { isFinished } from "../../write/operations.ts";
import type { ServiceDeps } from "../deps.ts";
import { patienceOf } from "../patience.ts";

const DEFAULT_MS = 5 * 60 * 1_000;
const MAX_MS = 60 * 60 * 1_000;

/** The operation when it ended, or as it is when the time is over. */
export async function waited(
  operation: VClusterOperation,
  timeout: Duration | undefined,
  context: HandlerContext,
  { operations, clock }: ServiceDeps,
): Promise<VClusterOperation> {
  const askedMs = timeout === undefined ? DEFAULT_MS : durationMs(timeout);
  if (!(askedMs >= 0 && askedMs <= MAX_MS)) {
    throw refusedField("timeout", "must be between 0 and one hour");
  }
  const { name } = operation.metadata;
  const present = (): VClusterOperation => operations.cached(name) ?? operation;
  const isOver = (): boolean => isFinished(present());
  await untilSeen([operations.informer], isOver, patienceOf(askedMs, context, clock));
  return present();
}
