import { createHash } from "node:crypto";
import type { VClusterRestore } from "@open-vcluster/crds";
import { storeTypeOf } from "../instance/desire.ts";
import type { StoreUse } from "../snapshot/access/deps.ts";
import type { RestoreTask } from "../snapshot/worker/task.ts";
import type { RestoreSeen, RestoreStatus } from "./seen.ts";

/** The instance that a restore is for. Pure. */
export function targetKeyOf({ metadata, spec }: VClusterRestore): {
  readonly namespace: string;
  readonly name: string;
} {
  const name = spec.target.instanceRef?.name ?? spec.target.newInstance?.name ?? "";
  return { namespace: metadata.namespace ?? "", name };
}

/** The store that it is restored into; undefined where nobody says yet. Pure. */
export function targetStoreOf({
  restore,
  snapshot,
  instance,
}: Pick<RestoreSeen, "restore" | "snapshot" | "instance">): string | undefined {
  if (instance !== undefined) return storeTypeOf(instance.spec);
  const { newInstance } = restore.spec.target;
  return newInstance?.backingStore?.type ?? snapshot?.status?.versions?.store;
}

/** Where its snapshot is. Pure. */
export function snapshotKeyOf({ metadata, spec }: VClusterRestore): {
  readonly namespace: string;
  readonly name: string;
} {
  const { namespace = metadata.namespace ?? "", name } = spec.snapshotRef;
  return { namespace, name };
}

/** How a restore is named to people, and in the mark on a store. Pure. */
export function restoreText({ metadata }: VClusterRestore): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

/** The snapshot of the state from before: one for each restore. Pure. */
export function beforeNameOf({ metadata }: VClusterRestore): string {
  const digest = createHash("sha256")
    .update(metadata.uid ?? "")
    .digest("hex")
    .slice(0, 10);
  return `before-restore-${digest}`;
}

function isImported({ snapshot }: Pick<RestoreSeen, "snapshot">): boolean {
  return snapshot?.status?.type === "Imported";
}

/**
 * Whether a new instance takes the place of the one that the snapshot was taken of: it has its name, and nothing of that
 * is left, since a new instance is refused where one exists. It gets the certificates as well. Pure.
 */
export function isReplacement({
  restore,
  snapshot,
}: Pick<RestoreSeen, "restore" | "snapshot">): boolean {
  const { newInstance } = restore.spec.target;
  return (
    !isImported({ snapshot }) &&
    newInstance?.name === snapshot?.spec.instanceRef.name &&
    newInstance !== undefined &&
    restore.metadata.namespace === snapshot?.metadata.namespace
  );
}

/** Whether the target has the name and the certificates that the snapshot was taken with. Pure. */
export function identityOf(seen: RestoreSeen): "same" | "other" {
  // An archive is of another cluster, whatever instance it was imported for.
  if (isImported(seen)) return "other";
  const hasSame = hasSameCertificates(seen) ?? (isItself(seen) || isReplacement(seen));
  return hasSame ? "same" : "other";
}

/** Undefined where that cannot be told: snapshots of earlier versions say nothing of their certificates. */
function hasSameCertificates({ snapshot, identity }: RestoreSeen): boolean | undefined {
  const kept = snapshot?.status?.identity;
  const isKnown = kept !== undefined && identity !== undefined && identity !== "";
  return isKnown ? kept === identity : undefined;
}

function isItself({ snapshot, instance }: RestoreSeen): boolean {
  const uid = instance?.metadata.uid;
  return uid !== undefined && uid === snapshot?.status?.instanceUID;
}

type StoreChoice = Pick<RestoreSeen, "restore" | "snapshot" | "instance"> &
  Partial<Pick<RestoreSeen, "marked">>;

/**
 * How the store is to be written. Who watched an instance that was lost, or lost its store, knows later revisions than the
 * new one has, so that one begins behind them; and what an earlier restore left half done may have been to do that. Pure.
 */
export function chosenModeOf(seen: StoreChoice): NonNullable<RestoreStatus["mode"]> {
  const { mode = "Auto", filters } = seen.restore.spec;
  if (mode !== "Auto") return mode;
  // Before it has begun, a mark under its name is that of one that had it earlier.
  const isOwn = !isUntouched(seen) && seen.marked === restoreText(seen.restore);
  const isHalfDone = seen.marked !== undefined && !isOwn;
  const followsLoss =
    isReplacement(seen) || ((beganEmpty(seen) || isHalfDone) && filters === undefined);
  return followsLoss ? "Replace" : "InPlace";
}

function beganEmpty({ instance }: Pick<RestoreSeen, "instance">): boolean {
  const kept = instance?.status?.conditions?.find(({ type }) => type === "StoreKept");
  return kept?.status === "False";
}

/** How the store is written: as was chosen before, for what that was chosen by may be gone since. Pure. */
export function storeModeOf(seen: StoreChoice): RestoreTask["mode"] {
  // Earlier versions of the operator wrote nothing down.
  const mode = seen.restore.status?.mode ?? chosenModeOf(seen);
  return mode === "Replace" ? "replace" : "inPlace";
}

/** What may be done to the store to reach it: something only once it is written, and as all that it holds is given up. Pure. */
export function storeRights(seen: StoreChoice): Pick<StoreUse, "mayRenew" | "mayMake"> {
  const mayMake = !isUntouched(seen);
  return { mayMake, mayRenew: mayMake && storeModeOf(seen) === "replace" };
}

/** Whether nothing was written yet. Pure. */
export function isUntouched({ restore }: Pick<RestoreSeen, "restore">): boolean {
  return (restore.status?.store ?? "Untouched") === "Untouched";
}
