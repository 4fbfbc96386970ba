import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { OperationState } from "@open-vcluster/api";
import { applyRoles, createAccount } from "./harness/account.ts";
import { openApi } from "./harness/api.ts";
import { type Caller, openCallerAt } from "./harness/caller.ts";
import { type ChartProduct, installCharts, type ProductPod } from "./harness/chart-product.ts";
import { forgetInstances } from "./harness/fleet.ts";
import { waitForCondition, waitForGone } from "./harness/instance.ts";
import { repeated } from "./harness/repeated.ts";
import { waitFor } from "./harness/wait.ts";

const LEASE_MS = 15_000;
const WRITES = 60;
const WORKERS = 4;
const CALL_TIMEOUT_MS = 5_000;
const OUTAGE_MS = 60_000;
const READ_EVERY_MS = 3_000;
/** The longest pause between tries, and a slow machine's time for what follows. */
const RETURN_MS = 15_000 + 15_000;
const AGE_HEADER = "openvcluster-cache-age";
const NAME = "survivor";

interface Marked {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

describe("the product in pods", () => {
  let product: ChartProduct;
  let caller: Caller;

  beforeAll(async () => {
    product = await installCharts("ha");
    await applyRoles(product);
    const at = { namespace: product.namespace, name: "tenant" };
    const { token } = await createAccount(product, at, ["vcluster-tenant-admin"]);
    caller = openCallerAt(product.url, token);
  }, 400_000);

  afterAll(async () => {
    const { namespace, kubectl } = product;
    await kubectl.run(["delete", "vci", "-n", namespace, "--all", "--wait=false"]);
    await waitForGone(kubectl, { namespace, name: NAME });
    caller.close();
    await product.remove();
  }, 240_000);

  const leader = async (): Promise<string> => {
    const { kubectl, systemNamespace } = product;
    const [lease] = await kubectl.list<{ readonly spec: { readonly holderIdentity?: string } }>(
      ...["leases", "-n", systemNamespace],
    );
    return lease?.spec.holderIdentity ?? "";
  };
  const isReady = ({ status }: ProductPod): boolean =>
    (status.conditions ?? []).some(({ type, status: is }) => type === "Ready" && is === "True");
  const areReady = async (component: "operator" | "facade", count: number): Promise<boolean> =>
    (await product.pods(component)).filter(isReady).length === count;
  /** What the API lists, and for how many seconds it could not follow the API server; undefined: it does. */
  const list = async (): Promise<{
    readonly names: readonly string[];
    readonly age: number | undefined;
  }> => {
    const ages: number[] = [];
    const onHeader = (header: Headers): void => {
      const age = header.get(AGE_HEADER);
      if (age !== null) ages.push(Number(age));
    };
    const { namespace } = product;
    const options = { timeoutMs: CALL_TIMEOUT_MS, onHeader };
    const { vclusters } = await caller.vclusters.listVClusters({ namespace }, options);
    return { names: vclusters.map(({ name }) => name), age: ages[0] };
  };

  it("fails no write while facades are killed in turn, with clients that repeat", async () => {
    const { namespace, kubectl, systemNamespace } = product;
    // What is written stays written: nobody acts on it.
    await product.scale("operator", 0);
    const written = new Map<string, string>();
    const repetitions: Code[] = [];
    const left = Array.from({ length: WRITES }, (_, at) => `write-${String(at)}`);
    const work = async (): Promise<void> => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        const request = { namespace, name, requestId: name };
        const { operationId } = await repeated(
          () => caller.vclusters.createVCluster(request, { timeoutMs: CALL_TIMEOUT_MS }),
          (code) => repetitions.push(code),
        );
        written.set(request.name, operationId);
        await sleep(300);
      }
    };
    const working = Promise.all(Array.from({ length: WORKERS }, work));
    const victims = await product.pods("facade");
    for (const victim of victims) {
      product.crash(victim);
      await sleep(2_000);
    }
    await working;
    process.stderr.write(
      `${String(WRITES)} writes, ${String(victims.length)} facades killed, ${String(repetitions.length)} repetitions\n`,
    );
    const operations = await kubectl.list<Marked>("vcop", "-n", systemNamespace);
    const instances = await kubectl.list<Marked>("vci", "-n", namespace);
    expect(victims).toHaveLength(3);
    expect(instances.map(({ metadata }) => metadata.name).toSorted()).toEqual(
      [...written.keys()].toSorted(),
    );
    expect(new Set(written.values()).size).toBe(WRITES);
    expect(operations).toHaveLength(WRITES);
    const api = openApi(product.testbed.kubeconfigPath);
    await forgetInstances(api, namespace);
    api.close();
    await waitFor("three facades are ready", () => areReady("facade", 3));
    await product.scale("operator", 2);
  }, 180_000);

  it("goes on with a creation when the leading operator dies in the middle of it, and doubles nothing", async () => {
    const { kubectl, namespace } = product;
    const first = await waitFor("an operator leads", async () => (await leader()) || undefined);
    const { operationId } = await caller.vclusters.createVCluster({ namespace, name: NAME });
    const selector = `openvcluster.io/instance-name=${NAME}`;
    const ofInstance = (): Promise<readonly Marked[]> =>
      kubectl.list(
        "namespaces",
        "-l",
        `openvcluster.io/instance-namespace=${namespace},${selector}`,
      );
    await waitFor("the creation is under way", async () => (await ofInstance()).length > 0, {
      intervalMs: 50,
    });
    const operators = await product.pods("operator");
    const isLeader = ({ metadata }: ProductPod): boolean => first.startsWith(metadata.name);
    const standby = operators.find((pod) => !isLeader(pod))?.metadata.name ?? "";
    const killedMs = Date.now();
    for (const pod of operators.filter(isLeader)) product.crash(pod);
    await waitFor("the standby leads", async () => (await leader()).startsWith(standby), {
      intervalMs: 100,
    });
    const tookMs = Date.now() - killedMs;
    expect(tookMs).toBeLessThan(LEASE_MS + 5_000);
    const instance = await waitForCondition(kubectl, { namespace, name: NAME }, "Ready=True");
    process.stderr.write(`The standby led after ${String(tookMs)} ms\n`);

    expect(await ofInstance()).toHaveLength(1);
    const releases = await kubectl.list<Marked>(
      ...["secrets", "-n", instance.status?.targetNamespace ?? "", "-l", "owner=helm"],
    );
    expect(releases.map(({ metadata }) => metadata.labels)).toEqual([
      expect.objectContaining({ name: NAME, status: "deployed" }),
    ]);
    const timeout = { seconds: 60n };
    const { operation } = await caller.operations.waitOperation({ id: operationId, timeout });
    expect(operation?.state).toBe(OperationState.SUCCEEDED);
    const { operations } = await caller.operations.listOperations({
      namespace,
      vclusterName: NAME,
    });
    expect(operations.map(({ id }) => id)).toEqual([operationId]);
  }, 180_000);

  it("outlives an API server that is down for a minute; reads go on and say how old they are", async () => {
    const { testbed, kubectl, namespace } = product;
    await waitFor("an operator leads", async () => (await leader()) || undefined);
    expect(await list()).toEqual({ names: [NAME], age: undefined });
    const pods = async (): Promise<readonly unknown[]> =>
      [...(await product.pods("operator")), ...(await product.pods("facade"))].map(
        ({ metadata, status }) => [metadata.uid, status.containerStatuses?.[0]?.restartCount],
      );
    const before = await pods();
    await testbed.kill("kube-apiserver");
    const downMs = Date.now();
    const ages: number[] = [];
    while (Date.now() - downMs < OUTAGE_MS) {
      await sleep(READ_EVERY_MS);
      const { names, age } = await list();
      expect(names).toEqual([NAME]);
      ages.push(age ?? -1);
    }
    const refused = await caller.vclusters
      .suspendVCluster({ namespace, name: NAME }, { timeoutMs: CALL_TIMEOUT_MS })
      .catch((error: unknown) => ConnectError.from(error).code);
    await testbed.restart("kube-apiserver");
    const upMs = Date.now();
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ages)).toBeGreaterThan(50);
    expect(refused).toBe(Code.Unavailable);

    await waitFor("reads are up to date", async () => (await list()).age === undefined);
    const readsMs = Date.now() - upMs;
    expect(readsMs).toBeLessThan(RETURN_MS);
    await repeated(
      () => caller.vclusters.suspendVCluster({ namespace, name: NAME, requestId: "after" }),
      () => undefined,
    );
    await waitForCondition(kubectl, { namespace, name: NAME }, "Suspended=True");
    process.stderr.write(
      `ages ${ages.join(" ")}; up to date ${String(readsMs)} ms and suspended ${String(Date.now() - upMs)} ms after the return\n`,
    );
    expect(await pods()).toEqual(before);
  }, 240_000);
});
