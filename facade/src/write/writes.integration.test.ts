import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import {
  CreateVClusterRequestSchema,
  DeleteVClusterRequestSchema,
  UpdateVClusterRequestSchema,
} from "@open-vcluster/api";
import {
  OPERATION_ANNOTATION,
  VCLUSTER_INSTANCE,
  VCLUSTER_OPERATION,
  type VClusterInstance,
  type VClusterOperation,
} from "@open-vcluster/crds";
import { Failure, type KubeClient } from "@open-vcluster/runtime";
import { DELETE, UPDATE } from "../rpc/vcluster/verbs.ts";
import {
  callBy,
  openPlace,
  type Place,
  type Replica,
  startReplica,
  tenantInstances,
} from "../testing/place.ts";
import { instanceFrom } from "../translate/create.ts";
import type { Accepted, Wish } from "./wish.ts";

jest.setTimeout(60_000);

let place: Place;
let replica: Replica;
let other: Replica;

beforeAll(async () => {
  place = await openPlace(process.env);
  replica = await startReplica(place);
  other = await startReplica(place);
});

afterAll(async () => {
  replica.stop();
  other.stop();
  await place.close();
});

function creation(name: string, requestId: string, chartVersion = ""): Wish<VClusterInstance> {
  const request = create(CreateVClusterRequestSchema, {
    name,
    namespace: place.tenant,
    spec: { chartVersion },
  });
  return {
    method: "CreateVCluster",
    store: ({ instances }) => instances,
    target: { namespace: place.tenant, name },
    requestId,
    payload: { name, chartVersion },
    etag: "",
    wanted: () => instanceFrom(request, "alice"),
  };
}

function update(name: string, requestId: string, team: string): Wish<VClusterInstance> {
  const request = create(UpdateVClusterRequestSchema, {
    name,
    namespace: place.tenant,
    labels: { team },
  });
  return {
    ...creation(name, requestId),
    method: "UpdateVCluster",
    payload: { name, team },
    wanted: (current) => UPDATE.wanted(current, request),
  };
}

function deletion(name: string, requestId: string): Wish<VClusterInstance> {
  const request = create(DeleteVClusterRequestSchema, { name, namespace: place.tenant });
  return {
    ...creation(name, requestId),
    method: "DeleteVCluster",
    payload: { name },
    wanted: (current) => DELETE.wanted(current, request),
  };
}

function accept(wish: Wish<VClusterInstance>, by = replica): Promise<Accepted<VClusterInstance>> {
  return by.writes.accept(wish, callBy("alice"));
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return error;
  throw new Error("It did not fail as expected", { cause: error });
}

async function operationsOn(name: string): Promise<readonly VClusterOperation[]> {
  const all = await place.client.list<VClusterOperation>(VCLUSTER_OPERATION, {
    namespace: place.product,
  });
  return all.filter(({ spec }) => spec.target.name === name);
}

/** As the operator would: closes the operation, and lets the instance go. */
async function close(id: string, status: object): Promise<void> {
  await place.client.mergePatch(
    VCLUSTER_OPERATION,
    { namespace: place.product, name: id },
    { status: { finishedAt: new Date().toISOString(), ...status } },
    { subresource: "status" },
  );
}

async function vanish(name: string): Promise<void> {
  const key = { namespace: place.tenant, name };
  await place.client.delete(VCLUSTER_INSTANCE, key);
  await place.client.mergePatch(VCLUSTER_INSTANCE, key, { metadata: { finalizers: null } });
}

function uidOf(instance: VClusterInstance | undefined): string {
  return instance?.metadata.uid ?? "";
}

describe("a write", () => {
  it("is recorded before it happens, and stamped with its operation", async () => {
    const { object: instance, operationId } = await accept(creation("first", "first-1"));
    expect(instance?.metadata.annotations?.[OPERATION_ANNOTATION]).toBe(operationId);
    const [operation] = await operationsOn("first");
    expect(operation?.metadata.name).toBe(operationId);
    expect(operation?.spec).toMatchObject({
      method: "CreateVCluster",
      requester: { name: "alice" },
      requestId: "first-1",
    });
  });

  it("is one write, however often it is asked for at once and by whomever it is served", async () => {
    const asked = Array.from({ length: 20 }, (_, at) =>
      accept(creation("many", "many-1"), at % 2 === 0 ? replica : other),
    );
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ operationId }) => operationId)).size).toBe(1);
    expect(new Set(answers.map(({ object }) => uidOf(object))).size).toBe(1);
    expect(await operationsOn("many")).toHaveLength(1);
    const named = (await tenantInstances(place)).filter(({ metadata }) => metadata.name === "many");
    expect(named).toHaveLength(1);
  });

  it("is refused when its id belongs to another request", async () => {
    await accept(creation("reused", "reused-1"));
    const failure = await failureOf(accept(creation("reused", "reused-1", "0.36.1")));
    expect(failure).toMatchObject({ kind: "invalid", reason: "RequestIdReused" });
  });

  it("leaves no operation behind when the API server refuses it", async () => {
    const failure = await failureOf(accept(creation("refused", "refused-1", "not-a-version")));
    expect(failure.kind).toBe("invalid");
    expect(await operationsOn("refused")).toEqual([]);
  });

  it("tells that the name is taken, and records nothing", async () => {
    await accept(creation("taken", "taken-1"));
    const failure = await failureOf(accept(creation("taken", "taken-2")));
    expect(failure).toMatchObject({ kind: "alreadyExists", reason: "AlreadyExists" });
    expect(await operationsOn("taken")).toHaveLength(1);
  });

  it("names a namespace that does not exist", async () => {
    const wish = creation("nowhere", "nowhere-1");
    const nowhere = { ...wish, target: { ...wish.target, namespace: "does-not-exist" } };
    const request = create(CreateVClusterRequestSchema, {
      name: "nowhere",
      namespace: "does-not-exist",
    });
    const failure = await failureOf(
      accept({ ...nowhere, wanted: () => instanceFrom(request, "alice") }),
    );
    expect(failure.kind).toBe("notFound");
    expect(failure.message).toContain("does-not-exist");
    expect(await operationsOn("nowhere")).toEqual([]);
  });

  it("waits for its turn while another one runs", async () => {
    await accept(creation("busy", "busy-1"));
    const failure = await failureOf(accept(update("busy", "busy-2", "a")));
    expect(failure).toMatchObject({ kind: "conflict", reason: "OperationInProgress" });
    expect(await operationsOn("busy")).toHaveLength(1);
  });

  it("lets one of two that contradict each other win, and tells the other", async () => {
    const { operationId } = await accept(creation("contested", "contested-1"));
    await close(operationId, { state: "Succeeded" });
    const results = await Promise.allSettled([
      accept(update("contested", "contested-2", "a"), replica),
      accept(update("contested", "contested-3", "b"), other),
    ]);
    const won = results.filter(({ status }) => status === "fulfilled");
    const lost = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason as unknown] : [],
    );
    expect(won).toHaveLength(1);
    expect(lost).toEqual([
      expect.objectContaining({ kind: "conflict", reason: "OperationInProgress" }),
    ]);
    expect(await operationsOn("contested")).toHaveLength(2);
  });

  it("is refused when the version that was read is not the present one", async () => {
    const { object: instance, operationId } = await accept(creation("versioned", "versioned-1"));
    await close(operationId, { state: "Succeeded" });
    const etag = instance?.metadata.resourceVersion ?? "";
    const stale = { ...update("versioned", "versioned-2", "a"), etag: "1" };
    expect(await failureOf(accept(stale))).toMatchObject({ kind: "conflict", reason: "StaleEtag" });
    await accept({ ...update("versioned", "versioned-3", "a"), etag });
  });

  it("is seen by every later read of the same replica", async () => {
    for (let round = 0; round < 20; round += 1) {
      const name = `seen-${String(round)}`;
      await accept(creation(name, ""));
      const freshness = { atLeast: "", signal: AbortSignal.timeout(5_000) };
      const found = await replica.instances.find({ namespace: place.tenant, name }, freshness);
      expect(found?.metadata.name).toBe(name);
    }
  });
});

describe("a late repetition", () => {
  it("of a creation does not bring back what was deleted", async () => {
    const { operationId, object: instance } = await accept(creation("gone", "gone-1"));
    await close(operationId, { state: "Succeeded", targetUid: uidOf(instance) });
    await vanish("gone");
    const failure = await failureOf(accept(creation("gone", "gone-1")));
    expect(failure).toMatchObject({ kind: "notFound", reason: "TargetDeleted" });
    const found = await replica.instances.read({ namespace: place.tenant, name: "gone" });
    expect(found).toBeUndefined();
  });

  it("of a deletion does not hit a successor", async () => {
    const { operationId } = await accept(creation("heir", "heir-1"));
    await close(operationId, { state: "Succeeded" });
    const gone = await accept(deletion("heir", "heir-2"));
    await vanish("heir");
    await close(gone.operationId, { state: "Succeeded" });
    const successor = await accept(creation("heir", "heir-3"));
    const again = await accept(deletion("heir", "heir-2"));
    expect(again).toMatchObject({ operationId: gone.operationId, isReplay: true });
    const left = await replica.instances.read({ namespace: place.tenant, name: "heir" });
    expect(uidOf(left)).toBe(uidOf(successor.object));
    expect(left?.metadata.deletionTimestamp).toBeUndefined();
  });

  it("of what was closed as aborted says so", async () => {
    const { operationId } = await accept(creation("aborted", "aborted-1"));
    await vanish("aborted");
    await close(operationId, { state: "Aborted" });
    const failure = await failureOf(accept(creation("aborted", "aborted-1")));
    expect(failure).toMatchObject({ kind: "conflict", reason: "NotApplied" });
  });
});

describe("a facade that dies", () => {
  /** A client that dies at the nth write. */
  function dyingAt(nth: number): KubeClient {
    let writes = 0;
    const dies = (): void => {
      writes += 1;
      if (writes === nth) throw new Error("killed");
    };
    const { client } = place;
    return {
      ...client,
      create: async (...args) => {
        dies();
        return await client.create(...args);
      },
      replace: async (...args) => {
        dies();
        return await client.replace(...args);
      },
      delete: async (...args) => {
        dies();
        await client.delete(...args);
      },
    };
  }

  it.each([1, 2])("before write %i of a creation: the repetition ends right", async (nth) => {
    const name = `dies-${String(nth)}`;
    const dying = await startReplica(place, dyingAt(nth));
    await expect(accept(creation(name, name), dying)).rejects.toThrow("killed");
    dying.stop();
    const { object: instance } = await accept(creation(name, name), other);
    expect(instance?.metadata.name).toBe(name);
    expect(await operationsOn(name)).toHaveLength(1);
  });

  it.each([1, 2, 3])("before write %i of a deletion: the repetition ends right", async (nth) => {
    const name = `deletes-${String(nth)}`;
    const { operationId } = await accept(creation(name, ""), other);
    await close(operationId, { state: "Succeeded" });
    const dying = await startReplica(place, dyingAt(nth));
    await expect(accept(deletion(name, name), dying)).rejects.toThrow("killed");
    dying.stop();
    const { object: instance } = await accept(deletion(name, name), other);
    expect(instance?.metadata.deletionTimestamp).toBeDefined();
    expect(await operationsOn(name)).toHaveLength(2);
  });
});
