import {
  VCLUSTER_SNAPSHOT_LOCATION,
  type VClusterSnapshot,
  type VClusterSnapshotLocation,
} from "@open-vcluster/crds";
import { keyText } from "@open-vcluster/runtime";
import type { PlaceSeen } from "./place.ts";
import { type ResolveDeps, readPlace, resolvePlace } from "./resolve.ts";

/** The location that a snapshot was written to or found in, whatever the default is today; else the one it asks for. */
export async function placeOfSnapshot(
  { metadata, spec, status }: VClusterSnapshot,
  { client, settings }: ResolveDeps,
  signal: AbortSignal,
): Promise<PlaceSeen> {
  const { namespace = "" } = metadata;
  if (status?.location === undefined) {
    return resolvePlace(namespace, spec.locationRef?.name, { client, settings }, signal);
  }
  const location = await client.get<VClusterSnapshotLocation>(
    VCLUSTER_SNAPSHOT_LOCATION,
    status.location,
    { signal },
  );
  if (location !== undefined) return readPlace(location, namespace, { client, settings }, signal);
  const message = `Location ${keyText(status.location)} does not exist any more`;
  return { kind: "refused", reason: "LocationMissing", message };
}
