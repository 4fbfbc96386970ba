import {
  OPERATION_ANNOTATION,
  TRACEPARENT_ANNOTATION,
  VCLUSTER_INSTANCE,
  type VClusterInstance,
  type VClusterOperation,
} from "@open-vcluster/crds";
import { Failure, type KubeClient, type WriteOptions } from "@open-vcluster/runtime";
import type { Instances } from "../read/instances.ts";
import { admit, stampOf } from "./admit.ts";
import type { Operations } from "./operations.ts";
import type { Wish } from "./wish.ts";

/** What the effects of writes need. */
export interface EffectDeps {
  readonly client: KubeClient;
  readonly instances: Instances;
  readonly operations: Operations;
}

/** The one field manager of the API. */
const FIELD_MANAGER = "open-vcluster-facade";
/** Lost races before a caller is told to repeat. */
const MAX_RACES = 5;

/**
 * Makes a wish true once: what already carries the operation's stamp is done. Each write is conditional on the version
 * that the wish was admitted for; a lost race is decided again on what is there now.
 *
 * @param seen - The instance that the wish was admitted for.
 * @param wanted - What it shall become.
 */
export async function carryOut(
  wish: Wish,
  operation: VClusterOperation,
  admitted: { readonly seen: VClusterInstance | undefined; readonly wanted: VClusterInstance },
  deps: EffectDeps,
): Promise<VClusterInstance | undefined> {
  const write = wish.method === "CreateVCluster" ? create : replace;
  let { seen, wanted } = admitted;
  for (let races = 0; races < MAX_RACES; races += 1) {
    try {
      const written = await write(stamped(wanted, operation), deps);
      return wish.method === "DeleteVCluster" ? await remove(written, deps) : written;
    } catch (error) {
      if (!isRace(wish, error)) throw error;
      seen = await deps.instances.read(wish.target);
      if (stampOf(seen) === operation.metadata.name) return await finish(wish, seen, deps);
      refuseSuccessor(operation, seen);
      wanted = await admit(wish, seen, deps.operations);
    }
  }
  throw new Failure(
    "conflict",
    "TooManyWrites",
    "The virtual cluster is written too often by others; repeat with the same request_id",
    { retryAfterMs: 1_000 },
  );
}

/** What is left to do for an instance that carries the stamp of its operation. */
export async function finish(
  wish: Wish,
  instance: VClusterInstance | undefined,
  deps: EffectDeps,
): Promise<VClusterInstance | undefined> {
  const isToGo =
    wish.method === "DeleteVCluster" && instance?.metadata.deletionTimestamp === undefined;
  return isToGo && instance !== undefined ? await remove(instance, deps) : instance;
}

/** Asks the API server what it would store, and stores nothing. */
export async function tryOut(
  wish: Wish,
  wanted: VClusterInstance,
  { client }: Pick<EffectDeps, "client">,
): Promise<VClusterInstance> {
  const options: WriteOptions = { fieldManager: FIELD_MANAGER, dryRun: true };
  return wish.method === "CreateVCluster"
    ? await client.create(VCLUSTER_INSTANCE, wanted, options)
    : await client.replace(VCLUSTER_INSTANCE, wanted, options);
}

function create(
  wanted: VClusterInstance,
  { client }: Pick<EffectDeps, "client">,
): Promise<VClusterInstance> {
  return client.create(VCLUSTER_INSTANCE, wanted, { fieldManager: FIELD_MANAGER });
}

/** Writes an instance over the version that it carries. */
export function replace(
  wanted: VClusterInstance,
  { client }: Pick<EffectDeps, "client">,
): Promise<VClusterInstance> {
  return client.replace(VCLUSTER_INSTANCE, wanted, { fieldManager: FIELD_MANAGER });
}

/** Deletes exactly this instance; a successor of its name is another uid and is left alone. */
async function remove(
  { metadata }: VClusterInstance,
  { client, instances }: EffectDeps,
): Promise<VClusterInstance | undefined> {
  const { namespace, name, uid } = metadata;
  const id = { namespace: namespace ?? "", name };
  try {
    await client.delete(VCLUSTER_INSTANCE, id, { uid });
  } catch (error) {
    // The only precondition is the uid, so a conflict says that it is gone.
    if (!(error instanceof Failure && error.kind === "conflict")) throw error;
  }
  const left = await instances.read(id);
  return left?.metadata.uid === uid ? left : undefined;
}

function stamped(instance: VClusterInstance, operation: VClusterOperation): VClusterInstance {
  const { traceparent } = operation.spec;
  const { [TRACEPARENT_ANNOTATION]: _, ...annotations } = instance.metadata.annotations ?? {};
  return {
    ...instance,
    metadata: {
      ...instance.metadata,
      annotations: {
        ...annotations,
        [OPERATION_ANNOTATION]: operation.metadata.name,
        ...(traceparent === undefined ? {} : { [TRACEPARENT_ANNOTATION]: traceparent }),
      },
    },
  };
}

/** A lost race, or a write whose answer was lost and that is now in its own way. */
function isRace({ method }: Wish, error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  return error.kind === (method === "CreateVCluster" ? "alreadyExists" : "conflict");
}

/** An operation is about one instance; what took its name later is another's. */
function refuseSuccessor(operation: VClusterOperation, seen: VClusterInstance | undefined): void {
  const { uid } = operation.spec.target;
  if (uid === undefined || seen === undefined || seen.metadata.uid === uid) return;
  throw new Failure(
    "conflict",
    "TargetReplaced",
    "The virtual cluster was deleted, and another one has its name; send a new request for that one",
  );
}
