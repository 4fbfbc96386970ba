import {
  certsSecretName,
  defaultTargetNamespace,
  type VClusterInstance,
  type VClusterInstanceSpec,
  virtualKubeconfigSecretName,
} from "@open-vcluster/crds";
import type { Located } from "../world/reads.ts";
import { podTimes, readyPods, started } from "./pods.ts";
import { emptyState, nextSerial, putSecret, type State } from "./state.ts";
import { finish, type HelmRun } from "./toy-helm.ts";

/** The one instance of a toy world. */
export const HOME: Located["instance"] = { namespace: "team", name: "demo" };
/** Where it lives. */
export const TARGET: string = defaultTargetNamespace(HOME);
/** Whose world it is. */
export const OPERATOR = { operatorId: "main", operatorNamespace: "system" } as const;

const AT: Located = { instance: HOME, targetNamespace: TARGET };
/** How long a namespace takes to go when nothing holds it. */
const TERMINATE_MS = 6_000;
const START_OF_TIME_MS = Date.UTC(2026, 0, 1);

/** An in-memory cluster with its users. Time moves only by {@link World.passTo}. */
export interface World {
  readonly state: State;
  /** Moves time, and everything that time moves. */
  passTo(ms: number): void;
  /** The next moment at which something happens by itself; undefined when nothing will. */
  nextChangeMs(): number | undefined;
}

/** Creates an empty world. */
export function createWorld(change: Partial<State> = {}): World {
  const state: State = { ...emptyState(START_OF_TIME_MS), ...change };
  return {
    state,
    passTo: (ms) => {
      for (;;) {
        const next = nextChangeMs(state);
        if (next === undefined || next > ms) break;
        state.nowMs = next;
        evolve(state);
      }
      state.nowMs = Math.max(state.nowMs, ms);
      evolve(state);
    },
    nextChangeMs: () => nextChangeMs(state),
  };
}

function nextChangeMs(state: State): number | undefined {
  const terminating = state.namespaces[TARGET]?.terminatingSinceMs;
  const times = [
    ...podTimes(state.controlPlane),
    ...podTimes(state.etcd),
    ...state.pods.flatMap(({ leavesAtMs }) => leavesAtMs ?? []),
    ...(terminating === undefined ? [] : [terminating + TERMINATE_MS]),
    ...(state.helm === undefined ? [] : [state.helm.endsAtMs]),
  ].filter((ms) => ms > state.nowMs);
  return times.length === 0 ? undefined : Math.min(...times);
}

function evolve(state: State): void {
  const { nowMs, helm } = state;
  if (helm !== undefined && helm.endsAtMs <= nowMs) {
    state.helm = undefined;
    if (state.namespaces[TARGET] !== undefined) finish(runOf(state), helm.revision);
  }
  if (state.pods.some(({ leavesAtMs = Infinity }) => leavesAtMs <= nowMs)) {
    state.pods = state.pods.filter(({ leavesAtMs = Infinity }) => leavesAtMs > nowMs);
  }
  const vc = { namespace: TARGET, name: virtualKubeconfigSecretName(HOME.name) };
  const isServing = readyPods(state.controlPlane, nowMs) > 0;
  if (isServing && state.secrets[`${vc.namespace}/${vc.name}`] === undefined) {
    putSecret(state, vc, { labels: { app: "vcluster" }, annotations: {} });
  }
  const since = state.namespaces[TARGET]?.terminatingSinceMs;
  if (since !== undefined && since + TERMINATE_MS <= nowMs && state.heldObjects === 0) empty(state);
}

function runOf(state: State): HelmRun {
  return { state, at: AT, operatorId: OPERATOR.operatorId };
}

/** A namespace is gone, with all that was in it. */
function empty(state: State): void {
  delete state.namespaces[TARGET];
  for (const id of Object.keys(state.secrets)) {
    if (!id.startsWith(`${TARGET}/`)) continue;
    delete state.secrets[id];
    delete state.authorities[id];
  }
  state.revisions = [];
  state.rendered = [];
  state.controlPlane = undefined;
  state.etcd = undefined;
  state.dataOf = undefined;
  state.pods = [];
  state.helm = undefined;
}

/** `kubectl apply` of an instance. */
export function userApplies({ state }: World, spec: VClusterInstanceSpec): void {
  const before = state.instance;
  if (before === undefined) {
    const metadata = { ...HOME, uid: `uid-${nextSerial(state)}`, generation: 1 };
    const resourceVersion = nextSerial(state);
    const header = { apiVersion: "openvcluster.io/v1alpha1", kind: "VClusterInstance" };
    state.instance = { ...header, metadata: { ...metadata, resourceVersion }, spec };
    return;
  }
  if (JSON.stringify(before.spec) === JSON.stringify(spec)) return;
  state.instance = { ...before, spec, metadata: edited(state, before) };
}

/** `kubectl edit`: changes the spec that is there. */
export function userEdits(world: World, change: VClusterInstanceSpec): void {
  const { instance } = world.state;
  if (instance !== undefined) userApplies(world, { ...instance.spec, ...change });
}

/** `kubectl delete`. */
export function userDeletes({ state }: World): void {
  const { instance } = state;
  if (instance === undefined || instance.metadata.deletionTimestamp !== undefined) return;
  const isHeld = (instance.metadata.finalizers ?? []).length > 0;
  const deletionTimestamp = new Date(state.nowMs).toISOString();
  const metadata = { ...edited(state, instance), deletionTimestamp };
  state.instance = isHeld ? { ...instance, metadata } : undefined;
}

/** `kubectl annotate`. */
export function userAnnotates({ state }: World, annotations: Record<string, string>): void {
  const { instance } = state;
  if (instance === undefined) return;
  const { generation = 1 } = instance.metadata;
  const metadata = { ...edited(state, instance), generation, annotations };
  state.instance = { ...instance, metadata };
}

/** The disk of the store is lost, and its claim made anew. */
export function diskIsLost({ state }: World): void {
  state.volumesSinceMs = state.nowMs;
}

/** `kubectl scale`, behind the operator's back. */
export function handScales({ state }: World, which: "controlPlane" | "etcd", to: number): void {
  const set = state[which];
  const certs = state.authorities[`${TARGET}/${certsSecretName(HOME.name)}`];
  // Whoever takes the certificates away and starts pods in the same moment does it all alone.
  if (set === undefined || set.replicas === to || certs === undefined) return;
  const before = readyPods(set, state.nowMs);
  state[which] = { ...set, before, replicas: to, changedAtMs: state.nowMs };
  if (which === "controlPlane") {
    started(state, to, certs);
  }
}

/** `kubectl delete` of an object of the chart. */
export function handDeletes({ state }: World, kind: string, name: string): void {
  state.rendered = state.rendered.filter((mark) => mark.kind !== kind || mark.name !== name);
  if (kind === "Secret") delete state.secrets[`${TARGET}/${name}`];
  if (kind !== "StatefulSet") return;
  if (name === HOME.name) state.controlPlane = undefined;
  else state.etcd = undefined;
}

/** `kubectl delete secret`. */
export function handDeletesSecret({ state }: World, namespace: string, name: string): void {
  delete state.secrets[`${namespace}/${name}`];
  delete state.authorities[`${namespace}/${name}`];
}

/** Pods of a tenant's Deployment inside the virtual cluster. */
export function tenantRuns({ state }: World, ...pods: readonly string[]): void {
  state.pods = pods.map((name) => ({
    name,
    uid: `uid-${nextSerial(state)}`,
    blocked: name.startsWith("blocked"),
  }));
}

function edited(state: State, { metadata }: VClusterInstance): VClusterInstance["metadata"] {
  const generation = (metadata.generation ?? 1) + 1;
  return { ...metadata, generation, resourceVersion: nextSerial(state) };
}
