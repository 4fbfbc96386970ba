import { createHash } from "node:crypto";
import type { ReleaseRevision } from "../helm/releases.ts";
import { type CheckContext, type Decision, step, waitFor } from "./decision.ts";
import { isForced } from "./deletion.ts";
import type { Desire, DesiredRelease } from "./desire.ts";
import { holdOf, incompleteRestoreOf } from "./hold.ts";
import {
  deployedRevision,
  desiredRelease,
  failedDigest,
  releaseDigest,
  runningRevision,
} from "./release-facts.ts";
import { releaseHeld, releaseOutOfDate } from "./release-steps.ts";
import type { DueSnapshot, HostSeen, InstanceSeen } from "./seen.ts";

type Wanted = Omit<DueSnapshot, "state">;

/** Which snapshot is due, whether it exists or not. Pure. */
export function dueSnapshotOf(host: HostSeen, desire: Desire): Wanted | undefined {
  if (isDeleted(host)) return isKeepable(host) ? beforeDeletion(host) : undefined;
  const running = deployedRevision(host);
  if (running === undefined || !isServing(host, running)) return undefined;
  if (desire.kind === "refused") return undefined;
  return desire.release.mode === "running"
    ? beforeUpgrade(host, running, desire.release)
    : beforeSuspension(host);
}

function isDeleted({ instance }: Pick<HostSeen, "instance">): boolean {
  return instance.metadata.deletionTimestamp !== undefined;
}

function isServing(host: HostSeen, { mode, healthy }: ReleaseRevision): boolean {
  return mode === "running" && healthy && holdOf(host) === undefined;
}

/**
 * What serves, and what is asleep on volumes that hold something, also while Helm is at work or failed. Half a state is not
 * worth to be kept.
 */
function isKeepable(host: HostSeen): boolean {
  const running = runningRevision(host.release, host.releases);
  if (running === undefined || incompleteRestoreOf(host) !== undefined) return false;
  if (running.mode !== "running") return hasData(host);
  return running.healthy || (hasData(host) && (host.controlPlane?.ready ?? 0) > 0);
}

function hasData({ claims, instance }: HostSeen): boolean {
  const known = instance.status?.store?.volumes ?? [];
  return claims.some(({ uid }) => known.includes(uid));
}

function beforeDeletion(host: HostSeen): Wanted | undefined {
  const { metadata, spec } = host.instance;
  const isWanted = spec.snapshots?.beforeDeletion === true && spec.deletionProtection !== true;
  if (!isWanted || !isStanding(host)) return undefined;
  return { name: nameOf("final", metadata.uid ?? ""), before: "the deletion" };
}

function beforeSuspension({ instance: { metadata, spec } }: HostSeen): Wanted | undefined {
  if (spec.suspend?.snapshot !== true) return undefined;
  return { name: nameOf("before-suspend", occasionOf(metadata)), before: "the suspension" };
}

/** A spec that was changed since asks for another snapshot. */
function occasionOf({ uid = "", generation = 0 }: HostSeen["instance"]["metadata"]): string {
  return `${uid} ${String(generation)}`;
}

function beforeUpgrade(
  { instance: { metadata, spec }, namespace }: HostSeen,
  { chart, kubernetes }: ReleaseRevision,
  desired: DesiredRelease,
): Wanted | undefined {
  const { chartVersion, kubernetesVersion } = desired;
  const isSame = chartVersion === chart && kubernetesVersion === kubernetes;
  // What failed before and was left is not tried again.
  const isLeft = failedDigest(namespace) === releaseDigest(desired);
  if (isSame || isLeft || spec.snapshots?.beforeUpgrade !== true) return undefined;
  // The versions may also change without the spec, and an attempt that failed may be long ago.
  const occasion = `${occasionOf(metadata)} ${chartVersion} ${kubernetesVersion}`;
  return { name: nameOf("before-upgrade", occasion), before: "the upgrade" };
}

/**
 * Once the target namespace goes there is nothing left to keep, once that of the instance goes nowhere to keep it, and a
 * forced deletion waits for nothing.
 */
function isStanding(host: HostSeen): boolean {
  const { namespace, isHomeGoing } = host;
  return namespace.kind === "ours" && !namespace.terminating && !isHomeGoing && !isForced(host);
}

function nameOf(prefix: string, occasion: string): string {
  return `${prefix}-${createHash("sha256").update(occasion).digest("hex").slice(0, 10)}`;
}

/** A deletion waits with everything until the snapshot that it wants is complete. Pure. */
export function finalSnapshotDue(seen: InstanceSeen, context: CheckContext): Decision | undefined {
  return isDeleted(seen) ? snapshotDue(seen, context) : undefined;
}

/** The step waits until the snapshot that it wants is complete. Pure. */
export function snapshotDue(seen: InstanceSeen, context: CheckContext): Decision | undefined {
  const { dueSnapshot } = seen;
  if (dueSnapshot === undefined) return undefined;
  const { name, before, state } = dueSnapshot;
  switch (state?.kind) {
    case undefined:
      return step({ kind: "takeSnapshot", name }, `The spec wants a snapshot before ${before}`);
    case "unfinished":
      return storeWoken(seen, context) ?? waitFor(dueSnapshotWords(dueSnapshot));
    case "failed":
      return waitFor(dueSnapshotWords(dueSnapshot));
    case "complete":
      return undefined;
  }
}

/** The store of what is asleep runs alone while its last state is read. */
function storeWoken(seen: InstanceSeen, context: CheckContext): Decision | undefined {
  const isAwaited = isDeleted(seen) && desiredRelease(seen)?.mode === "storeOnly";
  if (!isAwaited) return undefined;
  return releaseHeld(seen, context) ?? releaseOutOfDate(seen, context);
}

const WITHOUT: Readonly<Record<DueSnapshot["before"], string>> = {
  "the suspension": "spec.suspend.snapshot: false",
  "the upgrade": "spec.snapshots.beforeUpgrade: false",
  "the deletion": "spec.snapshots.beforeDeletion: false",
};

/** What a step waits for, as a sentence with the way out. Pure. */
export function dueSnapshotWords({ name, before, state }: DueSnapshot): string {
  if (state?.kind === "failed") {
    return `VClusterSnapshot ${name} failed, so ${before} does not go on: ${state.message}. Delete it to have it taken again, or set ${WITHOUT[before]}`;
  }
  const told = state?.kind === "unfinished" ? state.message : undefined;
  const doing = told === undefined ? "" : ` (${told})`;
  return `VClusterSnapshot ${name} is taken before ${before}${doing}; ${WITHOUT[before]} ends the wait`;
}
