import {
  OPERATION_ANNOTATION,
  TRACEPARENT_ANNOTATION,
  type VClusterOperation,
} from "@open-vcluster/crds";
import {
  Failure,
  type KubeClient,
  type ResourceType,
  type WriteOptions,
} from "@open-vcluster/runtime";
import type { Kind, Objects, Resource, Stores } from "../read/objects.ts";
import { admit, stampOf } from "./admit.ts";
import type { Operations } from "./operations.ts";
import { isCreation, isDeletion, type Wish } from "./wish.ts";

/** What the effects of writes need. */
export interface EffectDeps {
  readonly client: KubeClient;
  readonly stores: Stores;
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
 * @param seen - The object that the wish was admitted for.
 * @param wanted - What it shall become.
 */
export async function carryOut<T extends Resource>(
  wish: Wish<T>,
  operation: VClusterOperation,
  admitted: { readonly seen: T | undefined; readonly wanted: T },
  deps: EffectDeps,
): Promise<T | undefined> {
  const objects = wish.store(deps.stores);
  const { type, noun } = objects.kind;
  const write = isCreation(wish) ? create : replace;
  let { seen, wanted } = admitted;
  for (let races = 0; races < MAX_RACES; races += 1) {
    try {
      const written = await write(type, stamped(wanted, operation), deps);
      return isDeletion(wish) ? await remove(written, objects, deps) : written;
    } catch (error) {
      if (!isRace(wish, error)) throw error;
      seen = await objects.read(wish.target);
      if (stampOf(seen) === operation.metadata.name) return await finish(wish, seen, deps);
      refuseSuccessor(operation, seen, objects.kind);
      wanted = await admit(wish, seen, deps);
    }
  }
  throw new Failure(
    "conflict",
    "TooManyWrites",
    `The ${noun} is written too often by others; repeat with the same request_id`,
    { retryAfterMs: 1_000 },
  );
}

/** What is left to do for an object that carries the stamp of its operation. */
export async function finish<T extends Resource>(
  wish: Wish<T>,
  object: T | undefined,
  deps: EffectDeps,
): Promise<T | undefined> {
  const isToGo = isDeletion(wish) && object?.metadata.deletionTimestamp === undefined;
  return isToGo && object !== undefined
    ? await remove(object, wish.store(deps.stores), deps)
    : object;
}

/** Asks the API server what it would store, and stores nothing. */
export async function tryOut<T extends Resource>(
  wish: Wish<T>,
  wanted: T,
  { client, stores }: Pick<EffectDeps, "client" | "stores">,
): Promise<T> {
  const { type } = wish.store(stores).kind;
  const options: WriteOptions = { fieldManager: FIELD_MANAGER, dryRun: true };
  return isCreation(wish)
    ? await client.create(type, wanted, options)
    : await client.replace(type, wanted, options);
}

function create<T extends Resource>(
  type: ResourceType,
  wanted: T,
  { client }: Pick<EffectDeps, "client">,
): Promise<T> {
  return client.create(type, wanted, { fieldManager: FIELD_MANAGER });
}

/** Writes an object over the version that it carries. */
export function replace<T extends Resource>(
  type: ResourceType,
  wanted: T,
  { client }: Pick<EffectDeps, "client">,
): Promise<T> {
  return client.replace(type, wanted, { fieldManager: FIELD_MANAGER });
}

/** Deletes exactly this object; a successor of its name is another uid and is left alone. */
async function remove<T extends Resource>(
  { metadata }: T,
  objects: Objects<T>,
  { client }: EffectDeps,
): Promise<T | undefined> {
  const { namespace, name, uid } = metadata;
  const id = { namespace: namespace ?? "", name };
  try {
    await client.delete(objects.kind.type, id, { uid });
  } catch (error) {
    // The only precondition is the uid, so a conflict says that it is gone.
    if (!(error instanceof Failure && error.kind === "conflict")) throw error;
  }
  const left = await objects.read(id);
  return left?.metadata.uid === uid ? left : undefined;
}

function stamped<T extends Resource>(object: T, operation: VClusterOperation): T {
  const { traceparent } = operation.spec;
  const { [TRACEPARENT_ANNOTATION]: _, ...annotations } = object.metadata.annotations ?? {};
  return {
    ...object,
    metadata: {
      ...object.metadata,
      annotations: {
        ...annotations,
        [OPERATION_ANNOTATION]: operation.metadata.name,
        ...(traceparent === undefined ? {} : { [TRACEPARENT_ANNOTATION]: traceparent }),
      },
    },
  };
}

/** A lost race, or a write whose answer was lost and that is now in its own way. */
function isRace(wish: Pick<Wish<Resource>, "method">, error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  return error.kind === (isCreation(wish) ? "alreadyExists" : "conflict");
}

/** An operation is about one object; what took its name later is another's. */
function refuseSuccessor(
  { spec }: VClusterOperation,
  seen: Resource | undefined,
  { noun }: Kind,
): void {
  const { uid } = spec.object ?? spec.target;
  if (uid === undefined || seen === undefined || seen.metadata.uid === uid) return;
  throw new Failure(
    "conflict",
    "TargetReplaced",
    `The ${noun} was deleted, and another one has its name; send a new request for that one`,
  );
}
