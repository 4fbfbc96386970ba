import { defaultTargetNamespace } from "@open-vcluster/crds";
import { instanceOf, waitForCondition, waitForGone } from "../src/harness/instance.ts";
import { waitFor } from "../src/harness/wait.ts";
import { ETCD, installPlain, removePlain } from "./create.ts";
import type { NodePlace } from "./node-place.ts";
import type { Result } from "./result.ts";

const LOOK_MS = 100;
const PLAIN = { namespace: "plain-resume", name: "plain" } as const;

/** B3c: from asleep to ready, deployed etcd. One cluster of each kind, in turns. */
export async function measureResume(place: NodePlace, rounds: number): Promise<Result> {
  const { kubectl, namespace } = place.product;
  const at = { namespace, name: "resume" };
  await kubectl.apply(instanceOf(namespace, at.name, ETCD.spec));
  await waitForCondition(kubectl, at, "Ready=True Running");
  await installPlain(place, PLAIN, ETCD);
  await place.untilServing(PLAIN.namespace, PLAIN.name);
  await scalePlain(place, 0);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await kubectl.apply(instanceOf(namespace, at.name, { ...ETCD.spec, powerState: "Suspended" }));
    await waitForCondition(kubectl, at, "Ready=True Suspended");
    await untilPods(place, defaultTargetNamespace(at), 0);
    ours.push(await resumeOurs(place, at));
    await kubectl.apply(instanceOf(namespace, at.name, { ...ETCD.spec, powerState: "Suspended" }));
    await waitForCondition(kubectl, at, "Ready=True Suspended");
    theirs.push(await scalePlain(place, 1));
    await scalePlain(place, 0);
  }
  await kubectl.run(["delete", "vci", "-n", namespace, at.name, "--wait=false"]);
  await waitForGone(kubectl, at);
  await removePlain(place, PLAIN.namespace);
  return {
    id: "B3c",
    what: "resume until Ready, deployed etcd",
    peer: "kubectl scale of both workloads until they are ready",
    unit: "s",
    ours,
    theirs,
    goal: 1.3,
  };
}

async function resumeOurs(
  place: NodePlace,
  at: { readonly namespace: string; readonly name: string },
): Promise<number> {
  const { kubectl } = place.product;
  const beganMs = performance.now();
  await kubectl.apply(instanceOf(at.namespace, at.name, { ...ETCD.spec, powerState: "Running" }));
  await waitForCondition(kubectl, at, "Ready=True Running");
  return (performance.now() - beganMs) / 1_000;
}

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly status: { readonly readyReplicas?: number };
}

/** Scales both workloads of the plain release and waits; seconds. */
async function scalePlain(place: NodePlace, replicas: number): Promise<number> {
  const { kubectl } = place.product;
  const workloads = await kubectl.list<Workload>(
    "statefulsets,deployments",
    "-n",
    PLAIN.namespace,
    "-l",
    "app in (vcluster,vcluster-etcd)",
  );
  const names = workloads.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`);
  const beganMs = performance.now();
  await kubectl.run(["scale", "-n", PLAIN.namespace, `--replicas=${String(replicas)}`, ...names]);
  if (replicas === 0) await untilPods(place, PLAIN.namespace, 0);
  else await untilReady(place, names, replicas);
  return (performance.now() - beganMs) / 1_000;
}

async function untilReady(
  place: NodePlace,
  names: readonly string[],
  replicas: number,
): Promise<void> {
  await waitFor(
    "the plain workloads are ready",
    async () => {
      const found = await place.product.kubectl.list<Workload>("-n", PLAIN.namespace, ...names);
      return found.every(({ status }) => status.readyReplicas === replicas);
    },
    { timeoutMs: 600_000, intervalMs: LOOK_MS },
  );
}

async function untilPods(place: NodePlace, namespace: string, count: number): Promise<void> {
  const selector = encodeURIComponent("app in (vcluster,vcluster-etcd)");
  await waitFor(
    `${String(count)} pods are in ${namespace}`,
    async () => {
      const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`;
      return (await place.api.marks(path)).length === count;
    },
    { timeoutMs: 300_000, intervalMs: LOOK_MS },
  );
}
