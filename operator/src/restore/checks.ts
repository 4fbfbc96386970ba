import { RESTORED_BY_ANNOTATION, type SnapshotReason } from "@open-vcluster/crds";
import semver from "semver";
import { isNew } from "../world/is-new.ts";
import { type Check, fail, type RestoreDecision, waitFor } from "./decision.ts";
import type { RestoreSeen } from "./seen.ts";
import { snapshotKeyOf, targetKeyOf } from "./target.ts";

/** In order; the first that speaks keeps a restore from beginning. */
export const OBSTACLES: readonly Check[] = [
  snapshotNotGranted,
  snapshotMissing,
  snapshotNotReady,
  targetMissing,
  storeUnsupported,
  placeUnusable,
  versionTooOld,
  rivalFirst,
  partOfIncomplete,
];

function snapshotMissing(
  { restore, snapshot }: RestoreSeen,
  context: Parameters<Check>[1],
): RestoreDecision | undefined {
  if (snapshot !== undefined) return undefined;
  const { namespace, name } = snapshotKeyOf(restore);
  const message = `VClusterSnapshot ${namespace}/${name} does not exist`;
  return absent(restore, { reason: "SnapshotMissing", message }, context);
}

/** What is applied together, or found in a location, may come in a moment. */
function absent(
  restore: RestoreSeen["restore"],
  { reason, message }: { readonly reason: SnapshotReason; readonly message: string },
  { nowMs, settings }: Parameters<Check>[1],
): RestoreDecision {
  return isNew(restore, nowMs)
    ? waitFor({ phase: "Pending", reason, message }, settings.pollMs)
    : fail(reason, message);
}

/** Says the same whether it exists or not: whoever may not restore it may not find it either. */
function snapshotNotGranted({ restore, snapshot }: RestoreSeen): RestoreDecision | undefined {
  const home = restore.metadata.namespace ?? "";
  const { namespace, name } = snapshotKeyOf(restore);
  if (namespace === home) return undefined;
  if (snapshot?.spec.grants?.some((grant) => grant.namespace === home) === true) return undefined;
  return fail(
    "NotGranted",
    `VClusterSnapshot ${namespace}/${name} is not granted to ${home}: its owner has to add that to its spec.grants`,
  );
}

function snapshotNotReady(
  { snapshot }: RestoreSeen,
  { settings }: Parameters<Check>[1],
): RestoreDecision | undefined {
  const { phase, conditions = [] } = snapshot?.status ?? {};
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status === "True") return undefined;
  const message = `The snapshot cannot be restored: ${ready?.message ?? "it was not looked at yet"}`;
  return phase === "Failed" || snapshot?.metadata.deletionTimestamp !== undefined
    ? fail("SnapshotNotReady", message)
    : waitFor({ phase: "Pending", reason: "SnapshotNotReady", message }, settings.pollMs);
}

function targetMissing(
  { restore, instance }: RestoreSeen,
  context: Parameters<Check>[1],
): RestoreDecision | undefined {
  const { name } = targetKeyOf(restore);
  if (restore.spec.target.newInstance !== undefined) {
    return isOurs({ restore, instance }) ? undefined : targetExists(name);
  }
  if (instance === undefined) {
    const message = `There is no VClusterInstance ${name}`;
    return absent(restore, { reason: "InstanceMissing", message }, context);
  }
  return instance.metadata.deletionTimestamp === undefined
    ? undefined
    : fail("InstanceMissing", `VClusterInstance ${name} is being deleted`);
}

/** Somebody else has the name. Pure. */
export function targetExists(name: string): RestoreDecision {
  return fail(
    "TargetExists",
    `VClusterInstance ${name} exists already: choose another name, or restore into it with target.instanceRef`,
  );
}

/** A new instance is absent, or the one that this very restore made. Pure. */
export function isOurs({ restore, instance }: Pick<RestoreSeen, "restore" | "instance">): boolean {
  return (
    instance === undefined ||
    instance.metadata.annotations?.[RESTORED_BY_ANNOTATION] === restore.metadata.uid
  );
}

function storeUnsupported({ store }: RestoreSeen): RestoreDecision | undefined {
  return store?.kind === "unsupported" ? fail("StoreUnsupported", store.why) : undefined;
}

function placeUnusable(
  { place }: RestoreSeen,
  { settings }: Parameters<Check>[1],
): RestoreDecision | undefined {
  if (place.kind === "place") return undefined;
  const { reason, message } = place;
  return waitFor({ phase: "Pending", reason, message }, settings.pollMs);
}

/** An API server does not read what a newer one stored. */
function versionTooOld({ snapshot, instance }: RestoreSeen): RestoreDecision | undefined {
  const taken = snapshot?.status?.versions?.kubernetes;
  const runs = instance?.status?.release?.kubernetesVersion;
  if (taken === undefined || runs === undefined || !isOlderMinor(runs, taken)) return undefined;
  return fail(
    "VersionTooOld",
    `The snapshot is of Kubernetes ${taken} and the instance runs ${runs}: upgrade it first`,
  );
}

function isOlderMinor(version: string, than: string): boolean {
  const [a, b] = [semver.parse(version), semver.parse(than)];
  if (a === null || b === null) return false;
  return a.major < b.major || (a.major === b.major && a.minor < b.minor);
}

/** A part, written upon what an earlier restore left half done, makes no whole store. */
function partOfIncomplete({ restore, marked }: RestoreSeen): RestoreDecision | undefined {
  const { filters, dryRun = false } = restore.spec;
  if (filters === undefined || dryRun || marked === undefined) return undefined;
  return fail(
    "RestoreIncomplete",
    `VClusterRestore ${marked} ended before the store was whole, which only a whole restore mends: create one without spec.filters`,
  );
}

function rivalFirst(
  { rival }: RestoreSeen,
  { settings }: Parameters<Check>[1],
): RestoreDecision | undefined {
  if (rival === undefined) return undefined;
  const message = `${rival} has to end first`;
  return waitFor({ phase: "Pending", reason: "InstanceBusy", message }, settings.pollMs);
}
