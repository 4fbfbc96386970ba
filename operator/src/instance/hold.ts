import { STORE_INCOMPLETE_ANNOTATION } from "@open-vcluster/crds";
import type { RenderMode } from "../values/render/renderer.ts";
import type { HoldMode, StoreWork } from "../world/reads.ts";
import { storeTypeOf } from "./desire.ts";
import { isDrainAborted, wantsSuspended } from "./power.ts";
import { deployedRevision, runningRevision } from "./release-facts.ts";
import type { HostSeen, InstanceSeen } from "./seen.ts";
import { claimsOf } from "./store-volumes.ts";

/** Why the control plane of an instance may not run. */
export interface Hold {
  readonly mode: HoldMode;
  readonly reason: "Restoring" | "Snapshotting" | "RestoreIncomplete";
  /** The object that it is held for, as `Kind namespace/name`. */
  readonly by: string;
}

/**
 * What keeps an instance from running, the strictest of all; undefined when nothing does. Pure.
 *
 * A snapshot keeps the power as it finds it: it reads a running store beside its writers, and keeps those away from a
 * store that it opened alone. Before its first start an instance has no store that could be read.
 */
export function holdOf(host: HostSeen): Hold | undefined {
  const restores = host.storeWork.flatMap((work) =>
    work.kind === "restore" && work.mode !== undefined
      ? [{ mode: work.mode, reason: "Restoring", by: work.by } as const]
      : [],
  );
  const snapshots = host.storeWork.flatMap(({ kind, by }) =>
    kind === "snapshot" && !isPoweredOn(host) && claimsOf(host).length > 0
      ? [{ mode: "storeOnly", reason: "Snapshotting", by } as const]
      : [],
  );
  const holds: readonly Hold[] = [...restores, ...snapshots, ...markOf(host)];
  return holds.find(({ mode }) => mode === "stopped") ?? holds[0];
}

/** A restore that was cut off leaves a store that must not be served, whatever becomes of its object. */
function markOf(host: Marked): readonly Hold[] {
  const by = incompleteRestoreOf(host);
  if (by === undefined) return [];
  return [{ mode: "storeOnly", reason: "RestoreIncomplete", by: `VClusterRestore ${by}` }];
}

type Marked = Pick<HostSeen, "instance" | "namespace">;

/**
 * The restore that last began to write, or made the instance to load it, and has not ended well, as `namespace/name`. What
 * was never loaded has no namespace at first that could tell. Pure.
 */
export function incompleteRestoreOf({ instance, namespace }: Marked): string | undefined {
  const written =
    namespace.kind === "ours" ? namespace.annotations[STORE_INCOMPLETE_ANNOTATION] : undefined;
  return written ?? instance.metadata.annotations?.[STORE_INCOMPLETE_ANNOTATION];
}

/** The work on the store that a change of the release would disturb; undefined when there is none. Pure. */
export function disturbedWork({ storeWork }: HostSeen): StoreWork | undefined {
  return storeWork.find(({ isBegun }) => isBegun);
}

/** Whether a suspension waits until the work on the running store is done. Pure. */
export function isSuspensionDeferred(host: HostSeen): boolean {
  return (
    wantsSuspended(host.instance) &&
    isPoweredOn(host) &&
    holdOf(host) === undefined &&
    disturbedWork(host) !== undefined
  );
}

function isPoweredOn({ release, releases }: HostSeen): boolean {
  return runningRevision(release, releases)?.mode === "running";
}

/** The mode to render: a hold outranks the power state, and an aborted drain keeps the cluster running. Pure. */
export function modeOf(host: HostSeen): RenderMode {
  const hold = holdOf(host);
  if (hold !== undefined) return renderModeOf(host, hold);
  const { instance, namespace } = host;
  const suspends = wantsSuspended(instance) && !isDrainAborted(instance, namespace);
  return suspends && !isSuspensionDeferred(host) ? "suspended" : "running";
}

/** No store but a deployed etcd has pods of its own. */
function renderModeOf({ instance }: HostSeen, { mode }: Hold): RenderMode {
  return mode === "storeOnly" && storeTypeOf(instance.spec) === "etcd" ? "storeOnly" : "suspended";
}

/** Whether the instance is as its hold asks: nothing of the control plane is left, and its etcd answers. Pure. */
export function isHoldReached(host: HostSeen): boolean {
  const hold = holdOf(host);
  const current = deployedRevision(host);
  if (hold === undefined || current === undefined) return false;
  if (current.mode !== renderModeOf(host, hold) || host.controlPlanePods !== 0) return false;
  return current.mode !== "storeOnly" || hasQuorum(host);
}

/** Whether the etcd of the deployed revision answers. Pure. */
export function hasQuorum(host: HostSeen): boolean {
  return (host.etcd?.ready ?? 0) > (deployedRevision(host)?.etcdMembers ?? 0) / 2;
}

/** What keeps an instance from being as its hold asks, as a sentence; undefined when nothing does. Pure. */
export function holdObstacle(seen: InstanceSeen): string | undefined {
  if (isHoldReached(seen)) return undefined;
  const { controlPlanePods = 0, etcd, diagnosis } = seen;
  const current = deployedRevision(seen);
  if (current === undefined || current.mode === "running") return undefined;
  if (controlPlanePods > 0) {
    return `${String(controlPlanePods)} pods of the control plane have not ended yet. If their node is lost, delete them with --force`;
  }
  if (current.mode !== "storeOnly") return undefined;
  const counts = `${String(etcd?.ready ?? 0)} of ${String(current.etcdMembers)} members of its etcd are ready`;
  return diagnosis === undefined ? counts : `${counts}: ${diagnosis.message}`;
}
