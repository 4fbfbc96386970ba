import type { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { VClusterInstance, VClusterOperation } from "@open-vcluster/crds";
import { applyRoles, createAccount } from "./harness/account.ts";
import { type Api, openApi } from "./harness/api.ts";
import { type Caller, openCaller } from "./harness/caller.ts";
import { forgetInstances } from "./harness/fleet.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { repeated } from "./harness/repeated.ts";
import { type Replicas, startReplicas } from "./harness/replicas.ts";

const IS_SOAK = process.env["SOAK"] === "1";
const CREATES = IS_SOAK ? 5_000 : 200;
const CREATES_PER_DEATH = 20;
const REPLICAS = 3;
const WORKERS = 8;
const GROUP = "/apis/openvcluster.io/v1alpha1/namespaces";

describe("three replicas behind one address", () => {
  let product: Product;
  let api: Api;
  let replicas: Replicas;
  let token: string;

  beforeAll(async () => {
    product = await installProduct("replicas");
    api = openApi(product.testbed.kubeconfig);
    await applyRoles(product);
    const at = { namespace: product.namespace, name: "tenant" };
    ({ token } = await createAccount(product, at, ["vcluster-tenant-admin"]));
    replicas = await startReplicas(product, REPLICAS);
  }, 240_000);

  afterAll(async () => {
    await replicas.stop();
    await forgetInstances(api, product.namespace);
    api.close();
    await product.close();
  }, 60_000);

  const instances = (): Promise<readonly VClusterInstance[]> =>
    api.list(`${GROUP}/${product.namespace}/vclusterinstances`);
  const operations = (): Promise<readonly VClusterOperation[]> =>
    api.list(`${GROUP}/${product.systemNamespace}/vclusteroperations`);

  it("make one cluster and one operation of 20 creates with one request_id", async () => {
    const callers = replicas.ports().map((port) => openCaller(port, token));
    const request = { name: "once", namespace: product.namespace, requestId: "once" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => inTurn(callers, at).vclusters.createVCluster(request)),
    );
    for (const caller of callers) caller.close();
    const [instance, ...otherInstances] = await instances();
    const [operation, ...otherOperations] = await operations();
    expect([otherInstances, otherOperations]).toEqual([[], []]);
    const told = answers.map(({ vcluster, operationId }) => [vcluster?.id, operationId]);
    expect(new Set(told.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify([instance?.metadata.uid, operation?.metadata.name])]),
    );
  });

  it("tell of a repeated deletion when it was asked for first", async () => {
    const callers = replicas.ports().map((port) => openCaller(port, token));
    const [first, second] = [inTurn(callers, 0).vclusters, inTurn(callers, 1).vclusters];
    const gone = { name: "gone", namespace: product.namespace };
    await first.createVCluster(gone);
    const deleted = await first.deleteVCluster({ ...gone, requestId: "gone" });
    expect(deleted.deleteTime).toBeDefined();
    const again = await second.deleteVCluster({ ...gone, requestId: "gone" });
    for (const caller of callers) caller.close();
    expect([again.operationId, again.deleteTime]).toEqual([
      deleted.operationId,
      deleted.deleteTime,
    ]);
  });

  it(`make exactly ${String(CREATES)} clusters of as many creates while they are killed in turn`, async () => {
    const before = { instances: await instances(), operations: await operations() };
    const numbers = Array.from({ length: CREATES }, (_, at) => at);
    const answered = new Map<string, string>();
    const repetitions: Code[] = [];
    const work = async (): Promise<void> => {
      const caller = openCaller(replicas.port, token);
      for (let at = numbers.shift(); at !== undefined; at = numbers.shift()) {
        const request = {
          name: `many-${String(at)}`,
          namespace: product.namespace,
          requestId: `many-${String(at)}`,
        };
        const { operationId } = await repeated(
          () => caller.vclusters.createVCluster(request),
          (code) => repetitions.push(code),
        );
        answered.set(request.name, operationId);
        if (answered.size % CREATES_PER_DEATH === 0) {
          await replicas.replace((answered.size / CREATES_PER_DEATH) % REPLICAS);
        }
      }
      caller.close();
    };
    await Promise.all(Array.from({ length: WORKERS }, work));

    const stamps = (await instances())
      .filter(({ metadata }) => metadata.name.startsWith("many-"))
      .map(({ metadata }) => [
        metadata.name,
        metadata.annotations?.["openvcluster.io/operation"] ?? "",
      ]);
    expect(Object.fromEntries(stamps)).toEqual(Object.fromEntries(answered));
    expect(stamps).toHaveLength(CREATES);
    expect((await operations()).length - before.operations.length).toBe(CREATES);
    expect(replicas.deaths()).toBe(CREATES / CREATES_PER_DEATH);
    process.stderr.write(
      `${String(CREATES)} creates, ${String(replicas.deaths())} facades killed, ${String(repetitions.length)} repetitions\n`,
    );
  }, 900_000);
});

function inTurn(callers: readonly Caller[], at: number): Caller {
  const caller = callers[at % callers.length];
  if (caller === undefined) throw new Error("There is no caller");
  return caller;
}
