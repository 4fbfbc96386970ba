import type { HandlerContext } from "@connectrpc/connect";
import type { CreateVClusterRequest } from "@open-vcluster/api";
import type { InstanceId, VClusterInstance } from "@open-vcluster/crds";
import { Failure, keyText } from "@open-vcluster/runtime";
import { callOf } from "../../call/call.ts";
import { validityOf } from "../../kubeconfig/issue.ts";
import { type Patience, untilSeen } from "../../read/until-seen.ts";
import { instanceFrom } from "../../translate/create.ts";
import { toMessage } from "../../translate/message.ts";
import { namespaceOf } from "../../translate/names.ts";
import { isFinished } from "../../write/operations.ts";
import type { ServiceDeps } from "../deps.ts";
import { patienceOf } from "../patience.ts";
import { answerOf, type WriteAnswer } from "./answers.ts";
import { encoded, KUBECONFIG_PERMISSION, kubeconfigFor } from "./kubeconfig.ts";
import { write } from "./verb.ts";
import { creationOf } from "./verbs.ts";

const DEFAULT_WAIT_SECONDS = 300;

/** Creates; with `wait_for_ready`, answers when it is ready or when the time is over, whichever is first. */
export async function createVCluster(
  request: CreateVClusterRequest,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<WriteAnswer> {
  const instance = instanceFrom(request, callOf(context).principal.name);
  await requireOwner(request, context, deps);
  const outcome = await write(creationOf(instance), request, context, deps);
  const answer = answerOf(outcome);
  if ("tried" in outcome || !request.waitForReady) return answer;
  const id = { namespace: namespaceOf(request), name: request.name };
  const patience = patienceOf(waitMs(request), context, deps.clock);
  const now = await untilReady(id, answer.operationId, patience, deps);
  return now === undefined ? answer : { ...answer, vcluster: await opened(now, context, deps) };
}

/** Whoever creates for somebody else needs to be allowed to. */
async function requireOwner(
  request: CreateVClusterRequest,
  context: HandlerContext,
  { permissions }: ServiceDeps,
): Promise<void> {
  const { principal } = callOf(context);
  if (request.owner === "" || request.owner === principal.name) return;
  const at = { namespace: namespaceOf(request), name: request.name };
  await permissions.require(principal, { verb: "update", subresource: "owner", ...at });
}

function waitMs({ timeoutSeconds }: CreateVClusterRequest): number {
  return (timeoutSeconds === 0 ? DEFAULT_WAIT_SECONDS : timeoutSeconds) * 1_000;
}

/** The instance when it is ready, when its operation ended otherwise, or when the time is over. */
async function untilReady(
  id: InstanceId,
  operationId: string,
  patience: Patience,
  { instances, operations }: ServiceDeps,
): Promise<VClusterInstance | undefined> {
  const present = (): VClusterInstance | undefined => instances.informer.get(keyText(id));
  const isOver = (): boolean => {
    const operation = operations.cached(operationId);
    return isReady(present()) || (operation !== undefined && isFinished(operation));
  };
  const caches = [instances.informer, operations.informer];
  await untilSeen(caches, isOver, patience);
  return present();
}

function isReady(instance: VClusterInstance | undefined): boolean {
  const ready = instance?.status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True" && ready.observedGeneration === instance?.metadata.generation;
}

/** With a kubeconfig, if it is ready and the caller may have one. */
async function opened(
  instance: VClusterInstance,
  context: HandlerContext,
  deps: ServiceDeps,
): Promise<ReturnType<typeof toMessage>> {
  const message = toMessage(instance);
  const { namespace = "", name } = instance.metadata;
  const { principal } = callOf(context);
  const attributes = { ...KUBECONFIG_PERMISSION, namespace, name };
  const { status } = message;
  if (status === undefined || !isReady(instance)) return message;
  if (!(await deps.permissions.check(principal, attributes))) return message;
  const wish = { format: "token", validityMs: validityOf(0) } as const;
  try {
    const { text } = await kubeconfigFor(instance, wish, context, deps);
    return { ...message, status: { ...status, kubeconfig: encoded(text) } };
  } catch (error) {
    // It was created and runs; whoever needs access can ask for it again.
    if (error instanceof Failure && error.kind !== "bug") return message;
    throw error;
  }
}
