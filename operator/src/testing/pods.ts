import type { Workload } from "../world/reads.ts";
import { type Manifest, nextSerial, type PodSet, type State } from "./state.ts";

/** How long a control plane takes to become ready, and pods to go, milliseconds. */
const START_MS = 8_000;
const STOP_MS = 3_000;

/** What the StatefulSet controller would report now. */
export function workloadNow(
  set: PodSet,
  nowMs: number,
  facts: Pick<Workload, "name" | "namespace" | "app">,
): Workload {
  const ageMs = nowMs - set.changedAtMs;
  const isOver = ageMs >= (set.replicas === 0 ? STOP_MS : START_MS);
  const onTheWay = set.before > 1 && set.replicas > 0 ? set.before - 1 : 0;
  const pods = set.replicas === 0 && !isOver ? set.before : set.replicas;
  return {
    ...facts,
    kind: "StatefulSet",
    settled: ageMs >= 200,
    replicas: set.replicas,
    current: pods,
    updated: isOver ? pods : 0,
    ready: isOver && !set.broken ? set.replicas : onTheWay,
    image: "ghcr.io/loft-sh/vcluster-oss",
    render: set.render,
  };
}

/** Ready pods of a set. */
export function readyPods(set: PodSet | undefined, nowMs: number): number {
  if (set === undefined) return 0;
  return workloadNow(set, nowMs, { name: "", namespace: "", app: "" }).ready;
}

/** Moments after `nowMs` at which a set looks different. */
export function podTimes(set: PodSet | undefined): readonly number[] {
  if (set === undefined) return [];
  return [200, set.replicas === 0 ? STOP_MS : START_MS].map((ms) => set.changedAtMs + ms);
}

/** Sets pods to what a manifest says; pods that are as they should be are left alone. */
export function applyPods(state: State, manifest: Manifest, certs: string | undefined): void {
  const { digest, broken } = manifest;
  state.controlPlane = changed(state, state.controlPlane, {
    replicas: manifest.replicas,
    render: digest,
    broken,
  });
  const hasEtcd = manifest.objects.some((object) => object.endsWith("-etcd"));
  state.etcd = hasEtcd
    ? changed(state, state.etcd, { replicas: manifest.etcdMembers, render: digest, broken: false })
    : undefined;
  started(state, manifest.replicas, certs);
}

/** What happens to data when pods start: the members of etcd and the authority must be those it was made with. */
export function started(state: State, replicas: number, certs: string | undefined): void {
  if (replicas === 0) return;
  if (certs === undefined) state.violations.push("a control plane started without certificates");
  const authority = certs ?? `made-by-syncer-${nextSerial(state)}`;
  if (state.dataOf !== undefined && state.dataOf !== authority) {
    state.violations.push(`authority ${authority} over data of ${state.dataOf}`);
  }
  if (state.dataOf === undefined) state.volumesSinceMs = state.nowMs;
  state.dataOf ??= authority;
}

function changed(
  state: State,
  before: PodSet | undefined,
  wanted: Pick<PodSet, "replicas" | "render" | "broken">,
): PodSet {
  const same =
    before?.replicas === wanted.replicas &&
    before.render === wanted.render &&
    before.broken === wanted.broken;
  if (same) return before;
  return { ...wanted, before: readyPods(before, state.nowMs), changedAtMs: state.nowMs };
}
