import type { VClusterSnapshotLocation } from "@open-vcluster/crds";
import type { SnapshotDeps } from "../snapshot/controller.ts";
import { forEachInFlight } from "../snapshot/engine/index.ts";
import { readPlace } from "../snapshot/place/resolve.ts";
import { keptElsewhere, objectsOf } from "./objects.ts";
import { type Probe, probe } from "./probe.ts";
import type { Finding } from "./status.ts";
import { knownIds } from "./sync.ts";
import { probeVolume } from "./volume.ts";

/** Namespaces that are looked into at once. */
const AT_ONCE = 8;

/**
 * Tries a location for every namespace that uses it, its own first: what keeps that from being read keeps the others too,
 * and a bucket that answers nobody is asked once.
 */
export async function searchLocation(
  location: VClusterSnapshotLocation,
  deps: SnapshotDeps,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const home = location.metadata.namespace ?? "";
  const search = async (namespace: string): Promise<Finding> => ({
    namespace,
    probe: await searchFor(namespace, location, deps, signal),
  });
  const own = await search(home);
  if (!own.probe.ok) return [own];
  const findings = [own];
  await forEachInFlight(othersOf(location, deps), AT_ONCE, async (namespace) => {
    findings.push(await search(namespace));
  });
  return findings;
}

/** Of the operator's default every other namespace that has instances, or asks for what it may hold. */
function othersOf(
  { metadata }: VClusterSnapshotLocation,
  { caches, settings: { defaultLocation } }: SnapshotDeps,
): readonly string[] {
  const home = metadata.namespace ?? "";
  if (defaultLocation?.namespace !== home || defaultLocation.name !== metadata.name) return [];
  const users = [...caches.instances.list(), ...caches.snapshots.list()];
  const namespaces = new Set(users.map((user) => user.metadata.namespace ?? ""));
  namespaces.delete(home);
  return [...namespaces].sort();
}

async function searchFor(
  namespace: string,
  location: VClusterSnapshotLocation,
  { caches, client, settings }: SnapshotDeps,
  signal: AbortSignal,
): Promise<Probe> {
  const place = await readPlace(location, namespace, { client, settings }, signal);
  if (place.kind === "refused") return { ok: false, reason: place.reason, message: place.message };
  if (place.claimName !== undefined) {
    const claim = { namespace: settings.operatorNamespace, name: place.claimName };
    return probeVolume(claim, client, signal);
  }
  const known = new Set([
    ...knownIds(objectsOf(location, namespace, caches)),
    ...keptElsewhere(location, namespace, caches),
  ]);
  const writes = namespace === location.metadata.namespace;
  return probe(place, { namespace, known, writes }, signal);
}
