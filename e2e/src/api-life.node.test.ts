import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { OperationState } from "@open-vcluster/api";
import type { Browser } from "playwright-core";
import { openPage, startBrowser } from "./foreign/browser.ts";
import type { Access, ForeignClient } from "./foreign/foreign-client.ts";
import { type PageServer, startPageServer } from "./foreign/page-server.ts";
import { openPython } from "./foreign/python.ts";
import { applyRoles, createAccount } from "./harness/account.ts";
import { type Caller, openCaller } from "./harness/caller.ts";
import { readInstance, waitForGone } from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import { leftoversOf } from "./harness/leftovers.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { kubectlWith, sleepers, waitForPods } from "./harness/virtual.ts";
import { waitFor } from "./harness/wait.ts";

const WAIT_SECONDS = 240;

/** What answers to writes have in common, as far as these tests look. */
interface Answer {
  readonly operationId?: string;
  readonly kubeconfig?: string;
  readonly expiresAt?: string;
  readonly vcluster?: {
    readonly status?: { readonly kubeconfig?: string; readonly phase?: string };
  };
}

describe("the life of a virtual cluster, lived through the API", () => {
  let product: Product;
  let access: Access;
  let ours: Caller;
  let pages: PageServer;
  let browser: Browser;

  beforeAll(async () => {
    product = await installProduct("api-life");
    await applyRoles(product);
    const account = { namespace: product.namespace, name: "tenant" };
    const { token } = await createAccount(product, account, ["vcluster-tenant-admin"]);
    pages = await startPageServer();
    browser = await startBrowser();
    await product.start().leading();
    const origin = `http://127.0.0.1:${String(pages.port)}`;
    const port = await product.startFacade({ env: { CORS_ORIGINS: origin } }).serving();
    access = { port, token };
    ours = openCaller(port, token);
  }, 300_000);

  afterAll(async () => {
    ours.close();
    await browser.close();
    pages.close();
    await product.close();
  }, 120_000);

  const ask = async (
    client: ForeignClient,
    method: string,
    name: string,
    request: JsonObject = {},
  ): Promise<Answer> => {
    const { namespace } = product;
    const [answer = {}] = await client.call(method, { namespace, name, ...request });
    return answer;
  };
  /** The contract knows no operations, so ours are read beside it. */
  const succeeded = async ({ operationId = "" }: Answer): Promise<void> => {
    const timeout = { seconds: BigInt(WAIT_SECONDS) };
    const { operation } = await ours.operations.waitOperation({ id: operationId, timeout });
    expect(operation).toMatchObject({ done: true, state: OperationState.SUCCEEDED });
  };
  const methodsThatSucceeded = async (name: string): Promise<readonly string[]> => {
    const request = { namespace: product.namespace, vclusterName: name };
    const { operations } = await ours.operations.listOperations({
      ...request,
      states: [OperationState.SUCCEEDED],
    });
    return operations.map(({ method }) => method).toReversed();
  };
  const isGone = async (name: string, targetNamespace: string): Promise<void> => {
    const { namespace, kubectl } = product;
    await waitForGone(kubectl, { namespace, name });
    expect(await leftoversOf(kubectl, { namespace, name, targetNamespace })).toEqual([]);
  };

  describe("by grpcio in Python", () => {
    const name = "snake";
    let python: ForeignClient;
    let inside: Kubectl;
    let targetNamespace: string;

    beforeAll(async () => {
      python = await openPython(access);
    }, 300_000);
    afterAll(async () => {
      await python.close();
    });

    const podsOnHost = async (): Promise<readonly string[]> => {
      const pods = await product.kubectl.list<{ readonly metadata: { readonly name: string } }>(
        "pods",
        ...["-n", targetNamespace],
      );
      return pods.map(({ metadata }) => metadata.name);
    };

    it("creates one that is ready, with a kubeconfig that works", async () => {
      const created = await ask(python, "CreateVCluster", name, {
        requestId: "snake-1",
        waitForReady: true,
        timeoutSeconds: WAIT_SECONDS,
      });
      expect(created.vcluster?.status?.phase).toBe("PHASE_RUNNING");
      await succeeded(created);
      inside = kubectlWith(product, created.vcluster?.status?.kubeconfig);
      const { namespace, kubectl } = product;
      const instance = await readInstance(kubectl, namespace, name);
      targetNamespace = instance?.status?.targetNamespace ?? "";
      await inside.apply(sleepers("web", 1), {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { namespace: "default", name: "kept" },
        data: { answer: "42" },
      });
      await waitForPods(inside, "web", 1);
      expect(await podsOnHost()).toContainEqual(expect.stringMatching(/^web-/));
    }, 360_000);

    it("gets kubeconfigs with a token and with a program that asks for one", async () => {
      const withToken = await ask(python, "GetVClusterKubeconfig", name, { format: "token" });
      expect(Date.parse(withToken.expiresAt ?? "")).toBeGreaterThan(Date.now());
      const withProgram = await ask(python, "GetVClusterKubeconfig", name, { format: "exec" });
      expect(withProgram.expiresAt).toBeUndefined();
      const environment = { OPENVCLUSTER_TOKEN: access.token };
      for (const kubectl of [
        kubectlWith(product, withToken.kubeconfig),
        kubectlWith(product, withProgram.kubeconfig, environment),
      ]) {
        expect(await kubectl.get("configmap", "-n", "default", "kept")).toMatchObject({
          data: { answer: "42" },
        });
      }
    }, 120_000);

    it("changes and scales it", async () => {
      const updated = await ask(python, "UpdateVCluster", name, {
        spec: { resources: { memoryLimit: "2Gi" } },
        updateMask: "spec.resources.memoryLimit",
      });
      await succeeded(updated);
      await succeeded(
        await ask(python, "ScaleVCluster", name, { resources: { cpuRequest: "60m" } }),
      );
      const [{ resources } = { resources: undefined }] = await controlPlaneContainers();
      expect(resources).toMatchObject({ limits: { memory: "2Gi" }, requests: { cpu: "60m" } });
    }, 300_000);

    const controlPlaneContainers = async (): Promise<
      readonly { readonly resources?: object }[]
    > => {
      const workload = await product.kubectl.get<{
        readonly spec: {
          readonly template: {
            readonly spec: { readonly containers: readonly { readonly resources?: object }[] };
          };
        };
      }>("statefulset", "-n", targetNamespace, name);
      return workload?.spec.template.spec.containers ?? [];
    };

    it("suspends it with everything that runs in it", async () => {
      const drain = { drainWorkloads: true, drainTimeoutSeconds: 120 };
      await succeeded(await ask(python, "SuspendVCluster", name, drain));
      const { vcluster } = await ask(python, "GetVCluster", name);
      expect(vcluster?.status?.phase).toBe("PHASE_SUSPENDED");
      await waitFor("no pod is left", async () => (await podsOnHost()).length === 0);
    }, 300_000);

    it("resumes it with its objects", async () => {
      await succeeded(await ask(python, "ResumeVCluster", name, { reconcileWorkloads: true }));
      await waitForPods(inside, "web", 1);
      expect(await inside.get("configmap", "-n", "default", "kept")).toMatchObject({
        data: { answer: "42" },
      });
    }, 300_000);

    it("deletes it, in the time that it gives to pods; every write has succeeded", async () => {
      await inside.apply(sleepers("stubborn", 1, 3_600));
      await waitForPods(inside, "stubborn", 1);
      await succeeded(await ask(python, "DeleteVCluster", name, { gracePeriodSeconds: 2 }));
      await isGone(name, targetNamespace);
      expect(await methodsThatSucceeded(name)).toEqual([
        "CreateVCluster",
        "UpdateVCluster",
        "ScaleVCluster",
        "SuspendVCluster",
        "ResumeVCluster",
        "DeleteVCluster",
      ]);
    }, 300_000);
  });

  it("by connect-web in a browser", async () => {
    const name = "window";
    const at = { namespace: product.namespace, name };
    const origin = `http://127.0.0.1:${String(pages.port)}`;
    const page = await openPage(browser, origin, "Connect", access);
    await ask(page, "CreateVCluster", name, { requestId: "window-1" });
    expect((await page.phases(at, "PHASE_RUNNING")).at(-1)).toBe("PHASE_RUNNING");
    const instance = await readInstance(product.kubectl, at.namespace, name);
    await ask(page, "SuspendVCluster", name);
    expect(await page.phases(at, "PHASE_SUSPENDED")).not.toHaveLength(0);
    await ask(page, "ResumeVCluster", name);
    expect(await page.phases(at, "PHASE_RUNNING")).not.toHaveLength(0);
    await succeeded(await ask(page, "DeleteVCluster", name));
    await isGone(name, instance?.status?.targetNamespace ?? "");
    expect(await methodsThatSucceeded(name)).toEqual([
      "CreateVCluster",
      "SuspendVCluster",
      "ResumeVCluster",
      "DeleteVCluster",
    ]);
    await page.close();
  }, 480_000);
});
