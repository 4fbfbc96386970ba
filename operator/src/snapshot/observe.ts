import {
  escrowSecretName,
  type VClusterInstance,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import { type KubeClient, keyText } from "@open-vcluster/runtime";
import { readIdentity } from "../pki/store.ts";
import type { Caches } from "../world/caches.ts";
import { KINDS } from "../world/kinds.ts";
import { readerOf } from "../world/store-work.ts";
import { lookAtStore } from "./access/look.ts";
import type { StoreSeen } from "./access/store-seen.ts";
import { isBeingMade } from "./being-made.ts";
import { isDamage } from "./damage.ts";
import { hasFailed, isComplete, verificationDueMs } from "./facts.ts";
import { askerText } from "./job/asker.ts";
import { lookAtWork, type WorkSeen } from "./job/look.ts";
import { placeOfSnapshot } from "./place/of-snapshot.ts";
import type { PlaceSeen } from "./place/place.ts";
import { type Replica, replicasOf } from "./place/replicas.ts";
import { resolvePlace } from "./place/resolve.ts";
import type { SnapshotSeen } from "./seen.ts";
import type { SnapshotSettings } from "./settings.ts";
import { firstOf } from "./turn.ts";
import { askerOf, makingId, removingId, repairingId, verifyingId } from "./work-id.ts";

const NO_WORK: WorkSeen = { kind: "absent" };

/** What an observation uses. */
export interface ObserveDeps {
  readonly client: KubeClient;
  readonly caches: Caches;
  readonly settings: SnapshotSettings;
}

/** Looks at everything that the next step may depend on. Reads only. */
export async function observe(
  snapshot: VClusterSnapshot,
  deps: ObserveDeps,
  signal: AbortSignal,
): Promise<SnapshotSeen> {
  const { client, caches, settings } = deps;
  const namespace = snapshot.metadata.namespace ?? "";
  const asker = askerText(askerOf(snapshot));
  const jobs = caches.jobs.byIndex("asker", asker);
  const instance = caches.instances.get(
    keyText({ namespace, name: snapshot.spec.instanceRef.name }),
  );
  const isGoing = snapshot.metadata.deletionTimestamp !== undefined;
  const isDone = isComplete(snapshot) || hasFailed(snapshot);
  const isMaking = !isDone && !isGoing;
  const isAtRest = isDone && verificationDueMs(snapshot) === undefined;
  const [place, archivePlace, store, making, verifying, repairing, removing, home, identity] =
    await Promise.all([
      isAtRest && !isGoing ? undefined : placeOfSnapshot(snapshot, { client, settings }, signal),
      isMaking ? placeOfArchive(snapshot, deps, signal) : undefined,
      instance === undefined ? undefined : storeOf(snapshot, instance, deps, signal),
      isDone ? NO_WORK : lookAtWork(makingId(snapshot), jobs, client, signal),
      lookAtWork(verifyingId(snapshot), jobs, client, signal),
      lookAtWork(repairingId(snapshot), jobs, client, signal),
      lookAtWork(removingId(snapshot), jobs, client, signal),
      isGoing ? isNamespaceGoing(client, namespace, signal) : false,
      isMaking ? identityOf(snapshot, deps, signal) : undefined,
    ]);
  return {
    snapshot,
    instance,
    identity,
    place,
    archivePlace,
    store,
    busy: busyWith(snapshot, instance, caches),
    making,
    verifying,
    repairing,
    replicas: await copiesOf({ snapshot, place, verifying }, deps, signal),
    removing,
    jobs,
    isNamespaceGoing: home,
    hasDependents: hasDependents(snapshot, caches),
    reader: readerText(snapshot, caches),
  };
}

/** Copies are asked for what a reading found damaged, and have Secrets of their own. */
async function copiesOf(
  { snapshot, place, verifying }: Pick<SnapshotSeen, "snapshot" | "place" | "verifying">,
  { client, settings }: ObserveDeps,
  signal: AbortSignal,
): Promise<readonly Replica[]> {
  if (place?.kind !== "place" || !isDamage(verifying)) return [];
  return replicasOf(place, snapshot.metadata.namespace ?? "", { client, settings }, signal);
}

function readerText(snapshot: VClusterSnapshot, { restores }: Caches): string | undefined {
  const reader = readerOf(snapshot, [...restores.list()]);
  if (reader === undefined) return undefined;
  return `VClusterRestore ${reader.metadata.namespace ?? ""}/${reader.metadata.name}`;
}

/** An archive is read instead of the store. */
function storeOf(
  snapshot: VClusterSnapshot,
  instance: VClusterInstance,
  deps: ObserveDeps,
  signal: AbortSignal,
): Promise<StoreSeen> | undefined {
  if (snapshot.spec.archive !== undefined) return undefined;
  return lookAtStore({ instance, asker: askerText(askerOf(snapshot)) }, deps, signal);
}

function identityOf(
  { metadata: { namespace = "" }, spec }: VClusterSnapshot,
  { client, settings }: ObserveDeps,
  signal: AbortSignal,
): Promise<string | undefined> | undefined {
  if (spec.archive !== undefined) return undefined;
  const name = escrowSecretName({ namespace, name: spec.instanceRef.name });
  return readIdentity(client, { namespace: settings.operatorNamespace, name }, signal);
}

function placeOfArchive(
  { metadata: { namespace = "" }, spec: { archive } }: VClusterSnapshot,
  deps: ObserveDeps,
  signal: AbortSignal,
): Promise<PlaceSeen> | undefined {
  if (archive === undefined) return undefined;
  return resolvePlace(namespace, archive.locationRef.name, deps, signal);
}

function busyWith(
  snapshot: VClusterSnapshot,
  instance: VClusterInstance | undefined,
  caches: Caches,
): string | undefined {
  if (instance === undefined || snapshot.spec.archive !== undefined) return undefined;
  const at = keyText(instance.metadata);
  return firstOf({
    snapshot,
    instance,
    snapshots: caches.snapshots.byIndex("instance", at),
    restores: caches.restores.byIndex("instance", at),
    isBeingMade: (other) => isBeingMade(other, caches),
  });
}

function hasDependents(
  { metadata, status, spec }: VClusterSnapshot,
  { snapshots }: Caches,
): boolean {
  const { namespace = "" } = metadata;
  return snapshots
    .byIndex("instance", keyText({ namespace, name: spec.instanceRef.name }))
    .some(
      (other) =>
        other.metadata.uid !== metadata.uid &&
        other.status?.instanceUID === status?.instanceUID &&
        other.status?.location?.name === status?.location?.name &&
        (other.status?.chainLength ?? 0) > 0,
    );
}

async function isNamespaceGoing(
  client: KubeClient,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  const namespace = await client.get(KINDS.namespace, { name }, { metadataOnly: true, signal });
  return namespace?.metadata.deletionTimestamp !== undefined;
}
