import type { VClusterSnapshot } from "@open-vcluster/crds";
import type { ManifestHeader } from "../snapshot/engine/index.ts";
import { hasFailed, isComplete, isMissed, snapshotIdOf } from "../snapshot/facts.ts";
import type { Probe } from "./probe.ts";

/** What has to change so that a namespace's snapshots are those of its location. */
export interface SyncPlan {
  /** In the location, and not in the namespace. */
  readonly missing: readonly ManifestHeader[];
  /** Objects that name a snapshot of the location and do not tell of it yet. */
  readonly untold: readonly {
    readonly snapshot: VClusterSnapshot;
    readonly header: ManifestHeader;
  }[];
  /** Objects that name a snapshot of the location which nobody can read. */
  readonly unusable: readonly VClusterSnapshot[];
  /** Objects that name what the location does not hold. */
  readonly unheld: readonly VClusterSnapshot[];
  /** Objects that were made for what was found, and whose data is gone. */
  readonly vanished: readonly VClusterSnapshot[];
  /** Objects of snapshots that were made here, or that somebody has taken care of, and whose data is gone. */
  readonly lost: readonly VClusterSnapshot[];
  /** Objects whose data was gone, and is there again. */
  readonly regained: readonly VClusterSnapshot[];
}

/** Ids of the snapshots of which the objects tell everything, or will when they are made. Pure. */
export function knownIds(objects: readonly VClusterSnapshot[]): ReadonlySet<string> {
  const told = objects.filter(
    (snapshot) => snapshot.spec.snapshotID === undefined || isComplete(snapshot),
  );
  return new Set(told.map(snapshotIdOf));
}

/**
 * Compares what a location holds with the objects of a namespace. Pure.
 *
 * @param held - Ids of all that it holds.
 * @param found - Of those that {@link knownIds} did not name, as is what is unusable.
 * @param searchedMs - When the search began, epoch milliseconds: what was completed since may not be in it.
 */
export function planSync(
  { held, found, unusable }: Pick<Extract<Probe, { ok: true }>, "held" | "found" | "unusable">,
  objects: readonly VClusterSnapshot[],
  searchedMs: number,
): SyncPlan {
  const headers = new Map(found.map((header) => [header.snapId, header]));
  const named = new Set(objects.map(snapshotIdOf));
  const isHeld = (snapshot: VClusterSnapshot): boolean => held.has(snapshotIdOf(snapshot));
  const settled = objects.filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      Date.parse(status?.completionTime ?? "") < searchedMs,
  );
  const isUntold = (snapshot: VClusterSnapshot): boolean =>
    snapshot.spec.snapshotID !== undefined && !isComplete(snapshot);
  const absent = settled.filter((snapshot) => !isHeld(snapshot));
  const vanished = absent.filter(isTrace);
  return {
    missing: found.filter(({ snapId }) => !named.has(snapId)),
    untold: objects.flatMap((snapshot) => {
      const header = headers.get(snapshotIdOf(snapshot));
      return isUntold(snapshot) && header !== undefined ? [{ snapshot, header }] : [];
    }),
    unusable: objects.filter(
      (snapshot) => unusable.has(snapshotIdOf(snapshot)) && !isComplete(snapshot),
    ),
    unheld: objects.filter(
      (snapshot) => isUntold(snapshot) && isBefore(snapshot, searchedMs) && !isHeld(snapshot),
    ),
    vanished,
    lost: absent.filter((snapshot) => !vanished.includes(snapshot) && !hasFailed(snapshot)),
    regained: settled.filter((snapshot) => isMissed(snapshot) && isHeld(snapshot)),
  };
}

function isBefore({ metadata }: VClusterSnapshot, searchedMs: number): boolean {
  const { creationTimestamp = "", deletionTimestamp } = metadata;
  return deletionTimestamp === undefined && Date.parse(creationTimestamp) < searchedMs;
}

/** Made for what was found, and as it was made: nothing is lost with it that is not made again, and no data goes with it. */
function isTrace({
  spec: { snapshotID, deletionPolicy, hold, grants = [] },
}: VClusterSnapshot): boolean {
  return (
    snapshotID !== undefined && deletionPolicy === "Retain" && hold !== true && grants.length === 0
  );
}
