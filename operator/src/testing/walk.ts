import type { VClusterInstance, VClusterInstanceSpec } from "@open-vcluster/crds";
import type { InstanceAction } from "../instance/action.ts";
import { randomOf } from "../snapshot/engine/testing/random.ts";
import { type Fate, type OperatorRun, runOperatorOn } from "./operator-run.ts";
import { uninstall } from "./toy-helm.ts";
import {
  createWorld,
  HOME,
  handDeletes,
  handDeletesSecret,
  handScales,
  OPERATOR,
  TARGET,
  tenantRuns,
  userApplies,
  userDeletes,
  userEdits,
  type World,
} from "./world.ts";

/** A walk: what was done, and the world and operator after it. */
export interface Walk {
  readonly world: World;
  readonly run: OperatorRun;
}

const STARTS: readonly VClusterInstanceSpec[] = [
  {},
  { backingStore: { type: "etcd" } },
  { backingStore: { type: "etcd" }, controlPlane: { replicas: 3 } },
  { backingStore: { type: "etcd" }, kubernetesVersion: "v1.35.0", powerState: "Suspended" },
  { backingStore: { type: "etcd" }, kubernetesVersion: "v1.35.0" },
];

const EDITS: readonly VClusterInstanceSpec[] = [
  { powerState: "Suspended" },
  { powerState: "Suspended" },
  { powerState: "Running" },
  { powerState: "Running" },
  { suspend: { drain: true, drainTimeout: "15s", onTimeout: "Abort" } },
  { suspend: { drain: true, drainTimeout: "15s", onTimeout: "Keep" } },
  { suspend: { drain: true, drainTimeout: "15s", onTimeout: "Delete" } },
  { suspend: { drain: false } },
  { resume: { waitForWorkloads: true, timeout: "30s" } },
  { values: { logging: { encoding: "json" } } },
  { values: {} },
  { values: { telemetry: { enabled: true } } },
  { kubernetesVersion: "v1.36.0" },
  { kubernetesVersion: "v1.35.0" },
  { ingress: { host: "a.example.com" } },
  { deletionPolicy: "Retain" },
  { deletionPolicy: "Delete" },
];

type Deed = (world: World, random: () => number) => void;

const DEEDS: readonly Deed[] = [
  (world, random) => {
    userEdits(world, pick(EDITS, random));
  },
  (world, random) => {
    userEdits(world, pick(EDITS, random));
  },
  (world, random) => {
    if (world.state.instance?.spec.backingStore?.type !== "etcd") return;
    userEdits(world, { controlPlane: { replicas: random() < 0.5 ? 1 : 3 } });
  },
  (world) => {
    userDeletes(world);
  },
  (world, random) => {
    handScales(world, random() < 0.6 ? "controlPlane" : "etcd", random() < 0.5 ? 0 : 1);
  },
  (world) => {
    handDeletes(world, "Service", HOME.name);
  },
  (world) => {
    handDeletes(world, "StatefulSet", HOME.name);
  },
  (world) => {
    handDeletes(world, "Secret", `vc-config-${HOME.name}`);
  },
  (world) => {
    handDeletesSecret(world, TARGET, `${HOME.name}-certs`);
  },
  (world) => {
    handDeletesSecret(world, HOME.namespace, `${HOME.name}-kubeconfig`);
  },
  ({ state }) => {
    if (state.namespaces[TARGET] === undefined) return;
    const at = { instance: HOME, targetNamespace: TARGET };
    uninstall({ state, at, operatorId: OPERATOR.operatorId });
  },
  (world, random) => {
    if (world.state.dataOf === undefined) return;
    tenantRuns(world, "web", ...(random() < 0.5 ? ["blocked-db"] : []));
  },
  ({ state }, random) => {
    state.chartsDown = random() < 0.5;
  },
  ({ state }, random) => {
    state.apiDown = random() < 0.5;
  },
  ({ state }, random) => {
    state.helmRefuses = random() < 0.3;
  },
];

const PAUSES_MS: readonly number[] = [0, 500, 2_500, 9_000, 30_000, 400_000];

/** Walks at random; afterwards the faults end and the world may come to rest. */
export async function walk(seed: number, steps: number): Promise<Walk> {
  const random = randomOf(seed);
  const breaks = random() < 0.3;
  const world = createWorld({ brokenKubernetes: breaks ? ["v1.36.0"] : [] });
  let isCalm = false;
  const fateOf = (_count: number, action: InstanceAction): Fate =>
    isCalm ? {} : fate(world, action, random);
  const lagMs = random() < 0.3 ? 1_500 : 0;
  const run = runOperatorOn(world, { fateOf, lagMs: () => (isCalm ? 0 : lagMs) });
  const start = pick(STARTS, random);
  for (let step = 0; step < steps; step += 1) {
    if (world.state.instance === undefined) userApplies(world, start);
    pick(DEEDS, random)(world, random);
    await run.advance(pick(PAUSES_MS, random));
  }
  isCalm = true;
  Object.assign(world.state, { chartsDown: false, apiDown: false, helmRefuses: false });
  return { world, run };
}

function fate(world: World, { kind }: InstanceAction, random: () => number): Fate {
  const roll = random();
  if (roll < 0.06) return { crash: "before" };
  if (roll < 0.12) return { crash: "after" };
  const isHelm = kind === "applyRelease" || kind === "rollBack";
  if (isHelm && roll < 0.24) return { helm: pick(["beforeApply", "midApply", "livesOn"], random) };
  if (roll < 0.3) {
    return {
      meanwhile: () => {
        userEdits(world, pick(EDITS, random));
      },
    };
  }
  return {};
}

function pick<T>(from: readonly T[], random: () => number): T {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new Error("Nothing to choose from");
  return chosen;
}

/** Why a world at rest is not as its instance asks; empty when it is. */
export function faultsOf({ state }: World): readonly string[] {
  const { instance } = state;
  const faults = [...state.violations];
  if (instance === undefined) return [...faults, ...leftovers(state)];
  return [...faults, ...unmet(state, instance)];
}

function leftovers(state: World["state"]): readonly string[] {
  const ours = Object.keys(state.secrets);
  if (state.namespaces[TARGET] !== undefined && state.dataOf !== undefined) return [];
  return [
    ...ours.map((id) => `Secret ${id} is left`),
    ...Object.keys(state.namespaces).map((name) => `namespace ${name} is left`),
    ...(state.clusterObjects > 0 ? ["cluster objects are left"] : []),
  ];
}

function unmet(state: World["state"], instance: VClusterInstance): readonly string[] {
  const { status, spec } = instance;
  const find = (type: string) => status?.conditions?.find((condition) => condition.type === type);
  const ready = find("Ready");
  // Some specs cannot be carried out; then it is enough to say so.
  const isExcused =
    find("Stalled") !== undefined ||
    ready?.reason === "DrainAborted" ||
    state.controlPlane?.broken === true;
  const faults: string[] = [];
  if (ready?.status !== "True" && !isExcused) {
    faults.push(`not Ready (${ready?.reason ?? "none"}: ${ready?.message ?? ""})`);
  }
  const replicas = state.controlPlane?.replicas ?? 0;
  if (ready?.status !== "True") return faults;
  const wanted = spec.powerState === "Suspended" ? 0 : (spec.controlPlane?.replicas ?? 1);
  if (replicas !== wanted) faults.push(`${String(replicas)} replicas, not ${String(wanted)}`);
  const marks = Object.keys(state.namespaces[TARGET]?.labels ?? {});
  if (marks.includes("openvcluster.io/drain")) faults.push("the mark of a drain is left");
  return faults;
}
