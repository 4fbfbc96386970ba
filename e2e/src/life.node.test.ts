import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  conditionOf,
  instanceOf,
  readInstance,
  waitForCondition,
  waitForGone,
} from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import { leftoversOf } from "./harness/leftovers.ts";
import { installProduct, type Product } from "./harness/product.ts";
import { openVirtual, sleepers, waitForPods } from "./harness/virtual.ts";
import { waitFor } from "./harness/wait.ts";

const name = "life";

/** A budget that no eviction of two pods satisfies. */
const BUDGET = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { namespace: "default", name: "web" },
  spec: { minAvailable: 2, selector: { matchLabels: { app: "web" } } },
};

const SPEC = {
  backingStore: { type: "etcd", etcd: { replicas: 1 } },
  controlPlane: { replicas: 1 },
} as const;

const SUSPENDED = {
  ...SPEC,
  powerState: "Suspended",
  suspend: { drain: true, drainTimeout: "10m" },
} as const;

describe("the whole life of one instance", () => {
  let product: Product;
  let kubectl: Kubectl;
  let namespace: string;
  let targetNamespace: string;
  let virtual: Kubectl;

  const reaches = (wanted: string): ReturnType<typeof waitForCondition> =>
    waitForCondition(kubectl, { namespace, name }, wanted);
  const controlPlaneReplicas = async (): Promise<number> => {
    const workload = await kubectl.get<{ readonly spec: { readonly replicas: number } }>(
      "deployment",
      "-n",
      targetNamespace,
      name,
    );
    return workload?.spec.replicas ?? -1;
  };

  beforeAll(async () => {
    product = await installProduct("life");
    ({ kubectl, namespace } = product);
    await product.start().leading();
  }, 120_000);

  afterAll(async () => {
    await product.close();
  }, 120_000);

  it("is created and takes objects", async () => {
    await kubectl.apply(instanceOf(namespace, name, SPEC));
    const ready = await reaches("Ready=True Running");
    targetNamespace = ready.status?.targetNamespace ?? "";
    virtual = await openVirtual(product, name);
    await virtual.apply(sleepers("web", 2), BUDGET, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "default", name: "kept" },
      data: { answer: "42" },
    });
    await waitForPods(virtual, "web", 2);
  }, 300_000);

  it("takes an update of its values without losing the running pods", async () => {
    const before = await virtual.list<{ readonly metadata: { readonly uid: string } }>(
      "pods",
      "-n",
      "default",
    );
    await kubectl.apply(
      instanceOf(namespace, name, {
        ...SPEC,
        values: { controlPlane: { statefulSet: { labels: { tier: "test" } } } },
      }),
    );
    await reaches("Ready=True Running");
    // A connection that begins as the endpoints change goes to a pod that is gone, until it is given up.
    const after = await waitFor("the pods are listed", () =>
      virtual.list<{ readonly metadata: { readonly uid: string } }>("pods", "-n", "default"),
    );
    expect(after.map(({ metadata }) => metadata.uid).sort()).toEqual(
      before.map(({ metadata }) => metadata.uid).sort(),
    );
  }, 300_000);

  it("scales through kubectl scale, never the number of etcd members", async () => {
    await kubectl.run(["scale", "vci", "-n", namespace, name, "--replicas=3"]);
    const scaled = await reaches("Ready=True Running");
    expect(scaled.status?.readyReplicas).toBe(3);
    const etcd = await kubectl.get<{ readonly spec: { readonly replicas: number } }>(
      "statefulset",
      "-n",
      targetNamespace,
      `${name}-etcd`,
    );
    expect(etcd?.spec.replicas).toBe(1);
    await kubectl.run(["scale", "vci", "-n", namespace, name, "--replicas=1"]);
    await reaches("Ready=True Running");
    await waitFor("one replica is left", async () => (await controlPlaneReplicas()) === 1);
  }, 400_000);

  it("reports a virtual budget that blocks the drain, and goes on when it is released", async () => {
    await kubectl.apply(instanceOf(namespace, name, SUSPENDED));
    const blocked = await waitForCondition(
      kubectl,
      { namespace, name },
      "Drained=False DrainBlocked",
    );
    expect(blocked.status?.phase).toBe("Suspending");
    expect(conditionOf(blocked, "Ready")).toBe("Ready=False DrainBlocked");
    expect(blocked.status?.drain?.refused?.[0]?.reason).toContain("disruption budget web");
    await virtual.run(["delete", "pdb", "-n", "default", "web"]);
    const suspended = await reaches("Ready=True Suspended");
    expect(conditionOf(suspended, "Drained")).toBe("Drained=True DrainCompleted");
    expect(suspended.status?.drain?.evicted).toBeGreaterThanOrEqual(2);
    expect(suspended.status?.phase).toBe("Suspended");
    const pods = await kubectl.list("pods", "-n", targetNamespace);
    expect(pods).toEqual([]);
    const claims = await kubectl.list("pvc", "-n", targetNamespace);
    expect(claims).toHaveLength(1);
  }, 300_000);

  it("stays suspended when the same manifest is applied again, and through an upgrade", async () => {
    await kubectl.apply(instanceOf(namespace, name, SUSPENDED));
    const revisionBefore = (await readInstance(kubectl, namespace, name))?.status?.release
      ?.revision;
    await kubectl.apply(
      instanceOf(namespace, name, {
        ...SUSPENDED,
        values: { controlPlane: { statefulSet: { labels: { tier: "suspended" } } } },
      }),
    );
    const still = await reaches("Ready=True Suspended");
    expect(still.status?.release?.revision).toBeGreaterThan(revisionBefore ?? 0);
    expect(await controlPlaneReplicas()).toBe(0);
    expect(await kubectl.list("pods", "-n", targetNamespace)).toEqual([]);
  }, 200_000);

  it("resumes with its objects, and waits for the workloads when asked", async () => {
    await kubectl.apply(
      instanceOf(namespace, name, {
        ...SPEC,
        powerState: "Running",
        resume: { waitForWorkloads: true },
      }),
    );
    await reaches("Ready=True Running");
    await waitForPods(virtual, "web", 2);
    const kept = await virtual.get<{ readonly data: unknown }>(
      "configmap",
      "-n",
      "default",
      "kept",
    );
    expect(kept?.data).toEqual({ answer: "42" });
  }, 300_000);

  it("is deleted with everything that was made", async () => {
    await kubectl.run(["delete", "vci", "-n", namespace, name, "--wait=false"]);
    await waitForGone(kubectl, { namespace, name });
    expect(await leftoversOf(kubectl, { namespace, name, targetNamespace })).toEqual([]);
  }, 300_000);
});
