import {
  type OperationObjectKind,
  VCLUSTER_INSTANCE,
  type VClusterInstance,
  type VClusterOperation,
} from "@open-vcluster/crds";
import { Failure, type FailureKind } from "@open-vcluster/runtime";
import type { Call } from "../call/call.ts";
import type { Freshness, Resource } from "../read/objects.ts";
import { admit, textOf } from "./admit.ts";
import { carryOut, replace, tryOut } from "./effect.ts";
import {
  type Asking,
  operationName,
  operationRecord,
  payloadHashOf,
  type RecordParts,
} from "./operation-record.ts";
import { type ReplayDeps, replay } from "./replay.ts";
import { type Accepted, isCreation, type Wish } from "./wish.ts";

/** What a dry run found. */
export interface Tried<T extends Resource> {
  readonly before: T | undefined;
  readonly after: T;
}

/** Accepts writes: each is recorded as an operation before anything changes, and done once. */
export interface Writes {
  /** A write that was recorded goes on although the caller left. */
  accept<T extends Resource>(wish: Wish<T>, call: Call): Promise<Accepted<T>>;
  /** The operation that recorded a request before; undefined if none did, or the request has no id. */
  earlier(asking: Asking): Promise<VClusterOperation | undefined>;
  /**
   * Throws what a wish would be refused with now; one that was recorded before is not refused. Records and writes nothing.
   */
  foresee<T extends Resource>(wish: Wish<T>, principal: Call["principal"]): Promise<void>;
  /** Checks a wish as the API server would; records and writes nothing. */
  tryOut<T extends Resource>(wish: Wish<T>): Promise<Tried<T>>;
  /** Asks a suspended instance to run again, for an operation that is cancelled; its stamp stays. */
  wake(instance: VClusterInstance): Promise<void>;
  /** Resolves when no write is under way. */
  idle(): Promise<void>;
}

/** What {@link createWrites} needs. */
export interface WritesDeps extends ReplayDeps {
  /** The product's namespace, where operations are kept. */
  readonly namespace: string;
  /** 32 hex digits. */
  readonly random: () => string;
}

/** After a refusal of these kinds nothing was written, and nothing will be. */
const REFUSALS: ReadonlySet<FailureKind> = new Set([
  "invalid",
  "notFound",
  "alreadyExists",
  "conflict",
  "precondition",
  "denied",
  "exhausted",
]);
/** A write is decided on what this replica wrote; what others wrote shows as a conflict. */
const OWN: Freshness = { atLeast: "" };

/** Creates the door for writes. */
export function createWrites(deps: WritesDeps): Writes {
  const running = new Set<Promise<unknown>>();
  const tracked = async <T>(work: Promise<T>): Promise<T> => {
    running.add(work);
    try {
      return await work;
    } finally {
      running.delete(work);
    }
  };
  return {
    accept: (wish, call) => tracked(accept(wish, call, deps)),
    earlier: async (asking) =>
      asking.requestId === ""
        ? undefined
        : deps.operations.find(operationName(asking, deps.random)),
    foresee: async (wish, principal) => {
      const { method, requestId } = wish;
      const name = operationName({ method, principal, requestId }, deps.random);
      if (deps.operations.cached(name) === undefined) await admitOrReplay(wish, name, deps);
    },
    tryOut: async (wish) => {
      const before = await wish.store(deps.stores).find(wish.target, OWN);
      const wanted = await admit(wish, before, deps);
      return { before, after: await tryOut(wish, wanted, deps) };
    },
    wake: async (instance) => {
      const spec = { ...instance.spec, powerState: "Running" } as const;
      const written = await replace(VCLUSTER_INSTANCE, { ...instance, spec }, deps);
      const { namespace = "", name, resourceVersion } = written.metadata;
      deps.stores.instances.wrote({ namespace, name }, resourceVersion);
    },
    idle: async () => {
      await Promise.allSettled(running);
    },
  };
}

async function accept<T extends Resource>(
  wish: Wish<T>,
  call: Call,
  deps: WritesDeps,
): Promise<Accepted<T>> {
  const asking = { method: wish.method, principal: call.principal, requestId: wish.requestId };
  const name = operationName(asking, deps.random);
  call.note({ resource: textOf(wish), requestId: wish.requestId, operationId: name });
  const payloadHash = payloadHashOf(wish.payload);
  const again = async (operation: VClusterOperation): Promise<Accepted<T>> => {
    call.note({ decision: "replayed" });
    return replay(wish, operation, payloadHash, deps);
  };
  const known = deps.operations.cached(name);
  if (known !== undefined) return again(known);

  const admitted = await admitOrReplay(wish, name, deps);
  if ("operation" in admitted) return again(admitted.operation);

  const record = operationRecord(name, {
    ...asking,
    namespace: deps.namespace,
    ...(await subjectOf(wish, admitted.seen?.metadata.uid, deps)),
    payloadHash,
    traceparent: call.traceparent,
  });
  const created = await createOnce(record, deps);
  if (!created.isNew) return again(created.operation);
  const object = await effectOf(wish, created.operation, admitted, deps);
  call.note({ decision: "accepted" });
  return { object, operationId: name, isReplay: false };
}

/** What the record says that a wish is about: these very objects, and none that take their names later. */
async function subjectOf<T extends Resource>(
  wish: Wish<T>,
  uid: string | undefined,
  { stores }: WritesDeps,
): Promise<Pick<RecordParts, "target" | "object">> {
  const { store, target, instance } = wish;
  const named = withUid(target, uid);
  if (instance === undefined) return { target: named };
  const kind = store(stores).kind.type.kind as OperationObjectKind;
  // What exists already may be of an instance that is gone.
  const home = isCreation(wish) ? await stores.instances.find(instance, OWN) : undefined;
  return { target: withUid(instance, home?.metadata.uid), object: { kind, ...named } };
}

function withUid<K extends object>(key: K, uid: string | undefined): K & { readonly uid?: string } {
  return uid === undefined ? key : { ...key, uid };
}

interface Admitted<T extends Resource> {
  readonly seen: T | undefined;
  readonly wanted: T;
}

/**
 * Decides on what the cache knows. A refusal is looked at twice: it may be the echo of the very same write, accepted by
 * another replica a moment ago, or the cache may lag.
 */
async function admitOrReplay<T extends Resource>(
  wish: Wish<T>,
  name: string,
  deps: WritesDeps,
): Promise<Admitted<T> | { readonly operation: VClusterOperation }> {
  const objects = wish.store(deps.stores);
  const seen = await objects.find(wish.target, OWN);
  try {
    return { seen, wanted: await admit(wish, seen, deps) };
  } catch {
    const operation = wish.requestId === "" ? undefined : await deps.operations.read(name);
    if (operation !== undefined) return { operation };
    const now = await objects.read(wish.target);
    return { seen: now, wanted: await admit(wish, now, deps) };
  }
}

async function createOnce(
  record: VClusterOperation,
  { operations }: WritesDeps,
): Promise<{ readonly operation: VClusterOperation; readonly isNew: boolean }> {
  try {
    return { operation: await operations.create(record), isNew: true };
  } catch (error) {
    if (!(error instanceof Failure && error.kind === "alreadyExists")) throw error;
    const operation = await operations.read(record.metadata.name);
    if (operation === undefined) throw error;
    return { operation, isNew: false };
  }
}

/** Carries a new operation out; one that is refused for good leaves no operation behind. */
async function effectOf<T extends Resource>(
  wish: Wish<T>,
  operation: VClusterOperation,
  admitted: Admitted<T>,
  deps: WritesDeps,
): Promise<T | undefined> {
  try {
    const object = await carryOut(wish, operation, admitted, deps);
    wish.store(deps.stores).wrote(wish.target, object?.metadata.resourceVersion);
    return object;
  } catch (error) {
    if (error instanceof Failure && REFUSALS.has(error.kind)) {
      await deps.operations.withdraw(operation);
    }
    throw error;
  }
}
