import { VCLUSTER_SNAPSHOT_LOCATION, type VClusterSnapshotLocation } from "@open-vcluster/crds";
import type { ReplicaPlace } from "../worker/task.ts";
import type { PlaceSeen } from "./place.ts";
import { type ResolveDeps, readPlace } from "./resolve.ts";

/** A copy of a location, or why it cannot be asked, with its name. */
export type Replica =
  | { readonly kind: "replica"; readonly place: ReplicaPlace }
  | { readonly kind: "refused"; readonly why: string };

/** The copies that a location names, for the snapshots of one namespace. */
export function replicasOf(
  { location, replicas }: Extract<PlaceSeen, { kind: "place" }>,
  namespace: string,
  deps: ResolveDeps,
  signal: AbortSignal,
): Promise<readonly Replica[]> {
  const { namespace: home } = location;
  const others = replicas.filter((name) => name !== location.name);
  return Promise.all(
    others.map((name) => replicaAt({ namespace: home, name }, namespace, deps, signal)),
  );
}

async function replicaAt(
  key: { readonly namespace: string | undefined; readonly name: string },
  namespace: string,
  { client, settings }: ResolveDeps,
  signal: AbortSignal,
): Promise<Replica> {
  const { name } = key;
  const type = VCLUSTER_SNAPSHOT_LOCATION;
  const location = await client.get<VClusterSnapshotLocation>(type, key, { signal });
  if (location === undefined) return refused(name, "there is no such location");
  const place = await readPlace(location, namespace, { client, settings }, signal);
  if (place.kind === "refused") return refused(name, place.message);
  // A worker has the volume of one location.
  if (place.claimName !== undefined) return refused(name, "it is a volume, and a copy is a bucket");
  return { kind: "replica", place: { name, store: place.repository.store } };
}

function refused(name: string, why: string): Replica {
  return { kind: "refused", why: `${name}: ${why}` };
}
