import type { VClusterInstance, VClusterOperation } from "@open-vcluster/crds";
import { Failure, type FailureKind } from "@open-vcluster/runtime";
import type { Call } from "../call/call.ts";
import type { Freshness } from "../read/instances.ts";
import { admit, textOf } from "./admit.ts";
import { carryOut, replace, tryOut } from "./effect.ts";
import { operationName, operationRecord, payloadHashOf } from "./operation-record.ts";
import { type ReplayDeps, replay } from "./replay.ts";
import type { Accepted, Wish } from "./wish.ts";

/** What a dry run found. */
export interface Tried {
  readonly before: VClusterInstance | undefined;
  readonly after: VClusterInstance;
}

/** Accepts writes: each is recorded as an operation before anything changes, and done once. */
export interface Writes {
  /** A write that was recorded goes on although the caller left. */
  accept(wish: Wish, call: Call): Promise<Accepted>;
  /** Checks a wish as the API server would; records and writes nothing. */
  tryOut(wish: Wish): Promise<Tried>;
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
    tryOut: async (wish) => {
      const before = await deps.instances.find(wish.target, OWN);
      const wanted = await admit(wish, before, deps.operations);
      return { before, after: await tryOut(wish, wanted, deps) };
    },
    wake: async (instance) => {
      const spec = { ...instance.spec, powerState: "Running" } as const;
      const written = await replace({ ...instance, spec }, deps);
      const { namespace = "", name, resourceVersion } = written.metadata;
      deps.instances.wrote({ namespace, name }, resourceVersion);
    },
    idle: async () => {
      await Promise.allSettled(running);
    },
  };
}

async function accept(wish: Wish, call: Call, deps: WritesDeps): Promise<Accepted> {
  const asking = { method: wish.method, principal: call.principal, requestId: wish.requestId };
  const name = operationName(asking, deps.random());
  call.note({ resource: textOf(wish), requestId: wish.requestId, operationId: name });
  const payloadHash = payloadHashOf(wish.payload);
  const again = async (operation: VClusterOperation): Promise<Accepted> => {
    call.note({ decision: "replayed" });
    return replay(wish, operation, payloadHash, deps);
  };
  const known = deps.operations.cached(name);
  if (known !== undefined) return again(known);

  const admitted = await admitOrReplay(wish, name, deps);
  if ("operation" in admitted) return again(admitted.operation);

  const uid = admitted.seen?.metadata.uid;
  const record = operationRecord(name, {
    ...asking,
    namespace: deps.namespace,
    target: { ...wish.target, ...(uid === undefined ? {} : { uid }) },
    payloadHash,
    traceparent: call.traceparent,
  });
  const created = await createOnce(record, deps);
  if (!created.isNew) return again(created.operation);
  const instance = await effectOf(wish, created.operation, admitted, deps);
  call.note({ decision: "accepted" });
  return { instance, operationId: name, isReplay: false };
}

interface Admitted {
  readonly seen: VClusterInstance | undefined;
  readonly wanted: VClusterInstance;
}

/**
 * Decides on what the cache knows. A refusal is looked at twice: it may be the echo of the very same write, accepted by
 * another replica a moment ago, or the cache may lag.
 */
async function admitOrReplay(
  wish: Wish,
  name: string,
  { instances, operations }: WritesDeps,
): Promise<Admitted | { readonly operation: VClusterOperation }> {
  const seen = await instances.find(wish.target, OWN);
  try {
    return { seen, wanted: await admit(wish, seen, operations) };
  } catch {
    const operation = wish.requestId === "" ? undefined : await operations.read(name);
    if (operation !== undefined) return { operation };
    const now = await instances.read(wish.target);
    return { seen: now, wanted: await admit(wish, now, operations) };
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
async function effectOf(
  wish: Wish,
  operation: VClusterOperation,
  admitted: Admitted,
  deps: WritesDeps,
): Promise<VClusterInstance | undefined> {
  try {
    const instance = await carryOut(wish, operation, admitted, deps);
    deps.instances.wrote(wish.target, instance?.metadata.resourceVersion);
    return instance;
  } catch (error) {
    if (error instanceof Failure && REFUSALS.has(error.kind)) {
      await deps.operations.withdraw(operation);
    }
    throw error;
  }
}
