import {
  SNAPSHOT_FINALIZER,
  type VClusterRestore,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import type { LastSnapshot, SnapshotState, StoreWork } from "./reads.ts";
import { withoutAbsent } from "./without-absent.ts";

/** The instance that a restore is for, as `namespace/name`. Pure. */
export function targetOfRestore({ metadata, spec }: VClusterRestore): string {
  const name = spec.target.instanceRef?.name ?? spec.target.newInstance?.name ?? "";
  return `${metadata.namespace ?? ""}/${name}`;
}

/** The restore under way that reads a snapshot, or may have to go back to it. Pure. */
export function readerOf(
  { metadata }: VClusterSnapshot,
  restores: readonly VClusterRestore[],
): VClusterRestore | undefined {
  return restores.find(({ metadata: { namespace }, spec, status }) => {
    if (status?.startTime === undefined || status.completionTime !== undefined) return false;
    const { snapshotRef } = spec;
    const isSource =
      snapshotRef.name === metadata.name &&
      (snapshotRef.namespace ?? namespace) === metadata.namespace;
    const isWayBack =
      status.preRestoreSnapshot === metadata.name && namespace === metadata.namespace;
    return isSource || isWayBack;
  });
}

/** The instance that a snapshot is of, as `namespace/name`. Pure. */
export function instanceOfSnapshot({ metadata, spec }: VClusterSnapshot): string {
  return `${metadata.namespace ?? ""}/${spec.instanceRef.name}`;
}

/** What is at work on the store of one instance, restores first. Pure. */
export function storeWorkOf(
  restores: readonly VClusterRestore[],
  snapshots: readonly VClusterSnapshot[],
): readonly StoreWork[] {
  return [
    ...restores.flatMap(workOfRestore),
    ...snapshots.filter(readsStore).flatMap(workOfSnapshot),
  ];
}

/** One that has ended keeps nothing: what it left half done is marked on the target namespace. */
function workOfRestore({ metadata, spec, status }: VClusterRestore): readonly StoreWork[] {
  if (status?.startTime === undefined || status.completionTime !== undefined) return [];
  const { instanceMode: mode } = status;
  if (spec.dryRun === true && mode === undefined) return [];
  return [
    {
      kind: "restore",
      by: `VClusterRestore ${metadata.namespace ?? ""}/${metadata.name}`,
      uid: metadata.uid ?? "",
      isBegun: true,
      ...(mode === undefined ? {} : { mode }),
      ...(status.store === "Restored" && spec.filters === undefined ? { isRestored: true } : {}),
    },
  ];
}

/** One that is deleted meanwhile is at work until its worker and its way to the store are gone. */
function workOfSnapshot({ metadata, status }: VClusterSnapshot): readonly StoreWork[] {
  const isGone =
    metadata.deletionTimestamp !== undefined &&
    metadata.finalizers?.includes(SNAPSHOT_FINALIZER) !== true;
  const isBegun = isBeingRead(status);
  if (isGone || (!isBegun && !waitsForStore(status))) return [];
  const by = `VClusterSnapshot ${metadata.namespace ?? ""}/${metadata.name}`;
  return [{ kind: "snapshot", by, uid: metadata.uid ?? "", isBegun }];
}

type SnapshotStatus = VClusterSnapshot["status"];

/** What the reading back of a new one finds wrong may be read from the store again. */
function isBeingRead({ phase, completionTime }: NonNullable<SnapshotStatus> = {}): boolean {
  return phase === "Creating" || (phase === "Verifying" && completionTime === undefined);
}

/** Everything else that it needs is there. */
function waitsForStore({ phase, conditions }: NonNullable<SnapshotStatus> = {}): boolean {
  const ready = conditions?.find(({ type }) => type === "Ready");
  return phase === "Pending" && STORE_REASONS.has(ready?.reason ?? "");
}

/** Why a pending one waits for nothing but the store, or opens it. */
const STORE_REASONS: ReadonlySet<string> = new Set(["InstanceNotReady", "Snapshotting"]);

/** An archive is read instead of a store. */
function readsStore({ spec }: VClusterSnapshot): boolean {
  return spec.archive === undefined;
}

/** Pure. */
export function snapshotStateOf({ status }: VClusterSnapshot): SnapshotState {
  const find = (wanted: string) => status?.conditions?.find(({ type }) => type === wanted);
  const ready = find("Ready");
  if (ready?.status === "True") return { kind: "complete" };
  const stalled = find("Stalled");
  if (stalled?.status === "True") return { kind: "failed", message: stalled.message };
  return withoutAbsent({ kind: "unfinished", message: ready?.message });
}

/** The newest snapshot of its own that can be restored. Pure. */
export function lastSnapshotOf(snapshots: readonly VClusterSnapshot[]): LastSnapshot | undefined {
  const complete = snapshots.flatMap(({ metadata, status }) => {
    const { completionTime, snapshotID, storedBytes = 0, conditions = [] } = status ?? {};
    const isReady = conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
    const isOwn = status?.type !== "Imported";
    return isOwn && isReady && completionTime !== undefined && snapshotID !== undefined
      ? [{ name: metadata.name, uid: metadata.uid ?? "", snapshotID, storedBytes, completionTime }]
      : [];
  });
  return complete.toSorted(
    (a, b) => Date.parse(b.completionTime) - Date.parse(a.completionTime),
  )[0];
}
