import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { OperationState } from "@open-vcluster/api";
import type { VClusterOperation } from "@open-vcluster/crds";
import { DEEDS, DELETION, type Death, type Deed } from "./crash/deeds.ts";
import { applyRoles, createAccount } from "./harness/account.ts";
import { type Caller, openCaller } from "./harness/caller.ts";
import { reasonOf } from "./harness/refusal.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { waitFor } from "./harness/wait.ts";

/** With SOAK=1 every write is interrupted everywhere, otherwise those that differ from each other. */
const IS_SOAK = process.env["SOAK"] === "1";
const PLAYED = DEEDS.filter(({ isSample }) => IS_SOAK || isSample);
/** Each life meets another death of each deed. */
const LIVES = Math.max(...PLAYED.map(({ deaths }) => deaths.length));

describe("a facade that dies between two steps of a write", () => {
  let stage: Stage;
  let survivor: Caller;
  let token: string;
  const ends: string[] = [];

  beforeAll(async () => {
    stage = await openStage("api-crash");
    const { product } = stage;
    await applyRoles(product);
    const at = { namespace: product.namespace, name: "tenant" };
    ({ token } = await createAccount(product, at, ["vcluster-tenant-admin"]));
    await product.start().leading();
    survivor = openCaller(await product.startFacade().serving(), token);
  }, 240_000);

  afterAll(async () => {
    survivor.close();
    await stage.close();
  }, 120_000);

  const requestOf = (name: string, deed: Deed) => ({
    name,
    namespace: stage.product.namespace,
    requestId: `${name}-${deed.method}`,
  });
  const operationOf = async (requestId: string): Promise<VClusterOperation | undefined> => {
    const { systemNamespace } = stage.product;
    const all = await stage.api.list<VClusterOperation>(
      `/apis/openvcluster.io/v1alpha1/namespaces/${systemNamespace}/vclusteroperations`,
    );
    const found = all.filter(({ spec }) => spec.requestId === requestId);
    expect(found.length).toBeLessThanOrEqual(1);
    return found[0];
  };
  /** How far a write came. */
  const leftOf = async (name: string, deed: Deed): Promise<Death["left"]> => {
    const operation = await operationOf(requestOf(name, deed).requestId);
    if (operation === undefined) return "nothing";
    const instance = await stage.read(name);
    const isGone = deed.method === "DeleteVCluster" && instance === undefined;
    const stamp = instance?.metadata.annotations?.["openvcluster.io/operation"];
    if (!isGone && stamp !== operation.metadata.name) return "operation";
    const isEffective =
      deed.method !== "DeleteVCluster" || instance?.metadata.deletionTimestamp !== undefined;
    return isGone || isEffective ? "effect" : "stamp";
  };
  /** Asks a facade that dies there; what it left is as expected. */
  const askDying = async (name: string, deed: Deed, { place, left }: Death): Promise<void> => {
    const doomed = stage.product.startFacade({
      entry: "facade/src/testing/crash-main.ts",
      env: { CRASH_AT: place },
    });
    const caller = openCaller(await doomed.serving(), token);
    await expect(deed.ask(caller, requestOf(name, deed))).rejects.toThrow();
    await doomed.ended;
    caller.close();
    expect([name, deed.method, place, await leftOf(name, deed)]).toEqual([
      name,
      deed.method,
      place,
      left,
    ]);
  };
  const live = async (number: number): Promise<void> => {
    const name = `life-${String(number)}`;
    for (const deed of PLAYED) {
      const death = deed.deaths[number % deed.deaths.length];
      if (death === undefined) throw new Error(`${deed.method} has no deaths`);
      await askDying(name, deed, death);
      const request = requestOf(name, deed);
      const { operationId } = await deed.ask(survivor, request);
      expect((await operationOf(request.requestId))?.metadata.name).toBe(operationId);
      const { operation } = await survivor.operations.waitOperation({ id: operationId });
      ends.push(`${name} ${deed.method}, died ${death.place}, repeated: ${operationId}`);
      expect([name, deed.method, operation?.state, operation?.error?.message]).toEqual([
        name,
        deed.method,
        OperationState.SUCCEEDED,
        undefined,
      ]);
    }
    await stage.gone(name);
  };

  it("is healed by the same request at another replica, and what nobody repeats is closed", async () => {
    const [creation] = DEEDS;
    const [, betweenBoth] = creation.deaths;
    const abandoned = askDying("abandoned", creation, betweenBoth);
    await Promise.all([abandoned, ...Array.from({ length: LIVES }, (_, number) => live(number))]);
    process.stderr.write(`${ends.toSorted().join("\n")}\n`);
    const request = requestOf("abandoned", creation);
    await waitFor(
      "the abandoned operation is closed",
      async () => (await operationOf(request.requestId))?.status?.state === "Aborted",
      { timeoutMs: 120_000 },
    );
    const refusal = await creation
      .ask(survivor, request)
      .catch((error: unknown) => ConnectError.from(error));
    expect(refusal).toMatchObject({ code: Code.Aborted });
    expect(reasonOf(refusal)).toBe("NOT_APPLIED");
    expect(await stage.read("abandoned")).toBeUndefined();
  }, 900_000);

  it("does no harm when it is asked again too late", async () => {
    const [creation] = DEEDS;
    const name = "life-0";
    const refusal = await creation
      .ask(survivor, requestOf(name, creation))
      .catch((error: unknown) => ConnectError.from(error));
    expect(refusal).toMatchObject({ code: Code.NotFound });
    expect(reasonOf(refusal)).toBe("TARGET_DELETED");
    expect(await stage.read(name)).toBeUndefined();

    await stage.apply(name, {});
    const { uid } = (await stage.read(name))?.metadata ?? {};
    const before = await operationOf(requestOf(name, DELETION).requestId);
    const { operationId } = await DELETION.ask(survivor, requestOf(name, DELETION));
    expect(operationId).toBe(before?.metadata.name);
    const successor = await stage.reaches(name, "Ready=True");
    expect(successor.metadata.uid).toBe(uid);
    expect(successor.metadata.deletionTimestamp).toBeUndefined();
  }, 300_000);
});
