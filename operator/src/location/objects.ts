import type { VClusterSnapshot, VClusterSnapshotLocation } from "@open-vcluster/crds";
import { keyText, type ObjectKey } from "@open-vcluster/runtime";
import { snapshotIdOf } from "../snapshot/facts.ts";
import type { Caches } from "../world/caches.ts";
import { snapshotStateOf } from "../world/store-work.ts";

/** Pure. */
export function locationKeyOf({ metadata }: VClusterSnapshotLocation): ObjectKey {
  return { namespace: metadata.namespace ?? "", name: metadata.name };
}

/** The snapshots of a namespace that are, or should be, in a location. */
export function objectsOf(
  location: VClusterSnapshotLocation,
  namespace: string,
  { snapshots }: Caches,
): readonly VClusterSnapshot[] {
  const key = locationKeyOf(location);
  return [...snapshots.list()].filter(
    (snapshot) => snapshot.metadata.namespace === namespace && isOf(snapshot, key),
  );
}

/**
 * Ids of what another location that is still there keeps, or is to keep when it was read back: a copy of that, or another
 * way to the same bucket, holds nothing new.
 */
export function keptElsewhere(
  location: VClusterSnapshotLocation,
  namespace: string,
  { snapshots, locations }: Caches,
): readonly string[] {
  const key = locationKeyOf(location);
  const isThere = ({ status }: VClusterSnapshot): boolean =>
    status?.location !== undefined && locations.get(keyText(status.location)) !== undefined;
  return [...snapshots.list()]
    .filter((snapshot) => snapshot.metadata.namespace === namespace && isThere(snapshot))
    .filter((snapshot) => !isOf(snapshot, key) && snapshotStateOf(snapshot).kind !== "failed")
    .map(snapshotIdOf);
}

function isOf({ metadata, spec, status }: VClusterSnapshot, location: ObjectKey): boolean {
  const used = status?.location;
  if (used !== undefined) {
    return used.namespace === location.namespace && used.name === location.name;
  }
  return spec.locationRef === undefined
    ? metadata.namespace !== location.namespace || spec.snapshotID !== undefined
    : spec.locationRef.name === location.name && metadata.namespace === location.namespace;
}
