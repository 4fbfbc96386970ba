import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  createKubeClient,
  type KubeClient,
  type KubeObject,
  type OwnerReference,
} from "@open-vcluster/runtime";
import {
  connectToTestbed,
  createNamespace,
  untilPodsAreAccepted,
} from "@open-vcluster/runtime/testing/testbed";
import { KINDS } from "../world/kinds.ts";
import { evictPod } from "./evict.ts";
import { planDrain } from "./plan.ts";
import type { PodRef, VirtualPod } from "./pod.ts";

const { signal } = new AbortController();

describe("eviction through a real API server", () => {
  let client: KubeClient;
  let namespace = "";
  let owner: OwnerReference;

  beforeAll(async () => {
    client = createKubeClient(connectToTestbed(process.env));
    namespace = await createNamespace(client);
    await untilPodsAreAccepted(client, namespace);
    const made = await client.create<KubeObject>(KINDS.configMap, {
      metadata: { namespace, name: "owner" },
    });
    const uid = made.metadata.uid ?? "";
    owner = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid, controller: true };
  }, 30_000);
  afterAll(async () => {
    for (const { metadata } of await client.list(KINDS.pod, { namespace })) {
      await client.delete(KINDS.pod, { namespace, name: metadata.name }, { gracePeriodSeconds: 0 });
    }
    await client.delete(KINDS.namespace, { name: namespace });
    await client.close();
  });

  /** A pod that looks as if a kubelet ran it: bound, running, ready. */
  async function runningPod(name: string, app: string): Promise<PodRef> {
    const pod = await client.create<KubeObject>(KINDS.pod, {
      metadata: { namespace, name, labels: { app }, ownerReferences: [owner] },
      spec: { nodeName: "nowhere", containers: [{ name: "c", image: "none" }] },
    });
    const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
    await client.mergePatch(KINDS.pod, { namespace, name }, { status }, { subresource: "status" });
    return { namespace, name, uid: pod.metadata.uid ?? "" };
  }

  /** A budget that the disruption controller has counted. */
  async function budget(name: string, app: string, minAvailable: number): Promise<void> {
    await client.create<KubeObject>(KINDS.podDisruptionBudget, {
      metadata: { namespace, name },
      spec: { minAvailable, selector: { matchLabels: { app } } },
    });
    const counted = async (): Promise<boolean> => {
      const seen = await client.get<KubeObject & { status?: { currentHealthy?: number } }>(
        KINDS.podDisruptionBudget,
        { namespace, name },
      );
      return (seen?.status?.currentHealthy ?? 0) > 0;
    };
    while (!(await counted())) await delay(20);
  }

  const plan = async (app: string) =>
    planDrain({
      pods: await client.list<VirtualPod>(KINDS.pod, { namespace, labelSelector: `app=${app}` }),
      startedAtMs: 0,
      nowMs: 1,
      timeoutMs: 60_000,
      onTimeout: "Abort",
      evictBarePods: false,
    });

  it("reports a budget that refuses, and evicts once it is released", async () => {
    const pod = await runningPod("web-0", "web");
    await budget("web-budget", "web", 1);
    expect(await plan("web")).toEqual({ kind: "evict", pods: [pod], left: 1 });
    expect(await evictPod(client, pod, signal)).toEqual({
      kind: "refused",
      pod,
      message: expect.stringMatching(/disruption budget.*web-budget/),
    });
    await client.delete(KINDS.podDisruptionBudget, { namespace, name: "web-budget" });
    expect(await evictPod(client, pod, signal)).toEqual({ kind: "evicted", pod });
    expect(await plan("web")).toEqual({ kind: "wait", left: 1 });
  }, 30_000);

  it("names two budgets that make a pod impossible to evict", async () => {
    const pod = await runningPod("db-0", "db");
    await budget("one", "db", 1);
    await budget("two", "db", 1);
    expect(await evictPod(client, pod, signal)).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("more than one PodDisruptionBudget"),
    });
  }, 30_000);

  it("takes a pod that is gone, or another of that name, for gone", async () => {
    const pod = await runningPod("api-0", "api");
    const other = { ...pod, uid: randomUUID() };
    expect(await evictPod(client, other, signal)).toEqual({ kind: "gone", pod: other });
    await client.delete(KINDS.pod, pod, { gracePeriodSeconds: 0 });
    expect(await evictPod(client, pod, signal)).toEqual({ kind: "gone", pod });
  });
});
