import { defaultTargetNamespace, type VClusterInstance } from "@open-vcluster/crds";
import { instanceOf, waitForGone } from "../src/harness/instance.ts";
import { waitFor } from "../src/harness/wait.ts";
import type { NodePlace } from "./node-place.ts";
import type { Result } from "./result.ts";

/** What a user of the plain chart sets: the open-source image, no telemetry, and the store. */
const OWN_VALUES = {
  controlPlane: { statefulSet: { image: { repository: "loft-sh/vcluster-oss" } } },
  telemetry: { enabled: false },
};

/** The stores that are measured. */
export interface Store {
  readonly id: string;
  readonly what: string;
  readonly spec: VClusterInstance["spec"];
  readonly values: object;
  readonly goal: number;
}

/** B3a. */
export const ETCD: Store = {
  id: "B3a",
  what: "create on deployed etcd until /readyz answers",
  spec: { backingStore: { type: "etcd" } },
  values: {
    ...OWN_VALUES,
    controlPlane: {
      ...OWN_VALUES.controlPlane,
      backingStore: { etcd: { deploy: { enabled: true } } },
    },
  },
  goal: 0.5,
};

/** B3b. */
export const SQLITE: Store = {
  id: "B3b",
  what: "create on sqlite until /readyz answers",
  spec: {},
  values: OWN_VALUES,
  goal: 0.8,
};

/** B3a and B3b: both ways in turns, each gone before the other begins. */
export async function measureCreate(
  place: NodePlace,
  store: Store,
  rounds: number,
): Promise<Result> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await createOurs(place, store, round));
    theirs.push(await createTheirs(place, store, round));
  }
  return {
    id: store.id,
    what: store.what,
    peer: "helm install of the same chart with the user's values only",
    unit: "s",
    ours,
    theirs,
    goal: store.goal,
  };
}

async function createOurs(place: NodePlace, store: Store, round: number): Promise<number> {
  const { kubectl, namespace } = place.product;
  const name = `${store.id.toLowerCase()}-${String(round)}`;
  const beganMs = performance.now();
  await kubectl.apply(instanceOf(namespace, name, store.spec));
  await place.untilServing(defaultTargetNamespace({ namespace, name }), name);
  const seconds = (performance.now() - beganMs) / 1_000;
  await kubectl.run(["delete", "vci", "-n", namespace, name, "--wait=false"]);
  await waitForGone(kubectl, { namespace, name });
  return seconds;
}

async function createTheirs(place: NodePlace, store: Store, round: number): Promise<number> {
  const name = `plain-${String(round)}`;
  const namespace = `plain-${store.id.toLowerCase()}-${String(round)}`;
  const beganMs = performance.now();
  await installPlain(place, { namespace, name }, store);
  await place.untilServing(namespace, name);
  const seconds = (performance.now() - beganMs) / 1_000;
  await removePlain(place, namespace);
  return seconds;
}

/** `helm install` as its documentation says. */
export function installPlain(
  place: NodePlace,
  at: { readonly namespace: string; readonly name: string },
  store: Store,
): Promise<void> {
  const args = ["install", at.name, "--namespace", at.namespace, "--create-namespace"];
  return place.helm(args, store.values);
}

/** Removes a plain release with its namespace, and waits until both are gone. */
export async function removePlain(place: NodePlace, namespace: string): Promise<void> {
  const { kubectl } = place.product;
  await kubectl.run(["delete", "namespace", namespace, "--wait=false"]);
  await waitFor(
    `namespace ${namespace} is gone`,
    async () => (await kubectl.get("namespace", namespace)) === undefined,
    { timeoutMs: 300_000 },
  );
}
