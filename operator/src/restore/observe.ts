import {
  API_VERSION,
  escrowSecretName,
  releaseName,
  STORE_INCOMPLETE_ANNOTATION,
  VCLUSTER_INSTANCE,
  VCLUSTER_SNAPSHOT,
  type VClusterInstance,
  type VClusterRestore,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import { type KubeClient, keyText, type ObjectKey } from "@open-vcluster/runtime";
import { locate } from "../instance/observe.ts";
import { storeAppOf } from "../instance/store-volumes.ts";
import { readIdentity } from "../pki/store.ts";
import { lookAtStore } from "../snapshot/access/look.ts";
import { isBeingMade } from "../snapshot/being-made.ts";
import { isUnfinished } from "../snapshot/facts.ts";
import { askerText } from "../snapshot/job/asker.ts";
import { lookAtWork, type WorkSeen } from "../snapshot/job/look.ts";
import { placeOfSnapshot } from "../snapshot/place/of-snapshot.ts";
import type { PlaceSeen } from "../snapshot/place/place.ts";
import type { ReachedRevision } from "../snapshot/worker/task.ts";
import type { Caches } from "../world/caches.ts";
import { KINDS } from "../world/kinds.ts";
import { targetOfRestore } from "../world/store-work.ts";
import { isOurs } from "./checks.ts";
import { newSpecOf } from "./origin.ts";
import { lookAtOrigin } from "./origin-look.ts";
import type { RestoreSeen, RestoreStep, VolumeSeen } from "./seen.ts";
import type { RestoreSettings } from "./settings.ts";
import { beforeNameOf, snapshotKeyOf, storeRights, targetKeyOf } from "./target.ts";
import { firstRestore } from "./turn.ts";
import { askerOf, workIdOf } from "./work-id.ts";

const NO_PLACE: PlaceSeen = {
  kind: "refused",
  reason: "SnapshotMissing",
  message: "There is no such snapshot",
};

/** What an observation uses. */
export interface ObserveDeps {
  readonly client: KubeClient;
  readonly caches: Caches;
  readonly settings: RestoreSettings;
}

/** Looks at everything that the next step may depend on: objects at the API server itself, work by the caches. */
export async function observe(
  restore: VClusterRestore,
  deps: ObserveDeps,
  signal: AbortSignal,
): Promise<RestoreSeen> {
  const { client, caches, settings } = deps;
  const target = targetKeyOf(restore);
  const beforeKey = { namespace: target.namespace, name: beforeNameOf(restore) };
  const escrow = { namespace: settings.operatorNamespace, name: escrowSecretName(target) };
  const [snapshot, instance, before, identity] = await Promise.all([
    client.get<VClusterSnapshot>(VCLUSTER_SNAPSHOT, snapshotKeyOf(restore), {
      signal,
    }),
    client.get<VClusterInstance>(VCLUSTER_INSTANCE, target, { signal }),
    client.get<VClusterSnapshot>(VCLUSTER_SNAPSHOT, beforeKey, { signal }),
    readIdentity(client, escrow, signal),
  ]);
  const asker = askerText(askerOf(restore));
  const jobs = caches.jobs.byIndex("asker", asker);
  const lookAt = (step: RestoreStep): Promise<WorkSeen> =>
    lookAtWork(workIdOf(restore, step), jobs, client, signal);
  const source = restore.status?.failure === undefined ? snapshot : before;
  const place = source === undefined ? NO_PLACE : await placeOfSnapshot(source, deps, signal);
  const rights = storeRights({ restore, snapshot, instance });
  const [marked, volumes, store, verify, plan, restoring, rollback, origin] = await Promise.all([
    instance === undefined ? undefined : readMark(restore, instance, client, signal),
    instance === undefined ? [] : volumesOf(instance, client, signal),
    instance === undefined ? undefined : lookAtStore({ instance, asker, ...rights }, deps, signal),
    lookAt("verify"),
    lookAt("plan"),
    lookAt("restore"),
    lookAt("rollback"),
    lookAtOrigin({ restore, snapshot, instance, place, identity }, caches, signal),
  ]);
  const coming = comingInstance({ restore, snapshot, origin });
  return {
    restore,
    snapshot,
    instance,
    identity,
    before,
    rival: rivalOf(restore, caches),
    reading: readingOf(restore, caches),
    marked,
    volumes: coming === undefined ? volumes : await volumesOf(coming, client, signal),
    reached: reachedBy(target, caches),
    jobs,
    work: { verify, plan, restore: restoring, rollback },
    store,
    place,
    origin,
  };
}

async function readMark(
  restore: VClusterRestore,
  instance: VClusterInstance,
  client: KubeClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  const key = { name: locate(instance).targetNamespace };
  const options = { metadataOnly: true, signal };
  const namespace = await client.get(KINDS.namespace, key, options);
  const written = namespace?.metadata.annotations?.[STORE_INCOMPLETE_ANNOTATION];
  // One that this restore made has nothing to be mended.
  const own = isOurs({ restore, instance });
  return (
    written ?? (own ? undefined : instance.metadata.annotations?.[STORE_INCOMPLETE_ANNOTATION])
  );
}

/** The new instance as it would be made; undefined where there is one, or nobody knows yet. */
function comingInstance({
  restore,
  snapshot,
  origin,
}: Pick<RestoreSeen, "restore" | "snapshot" | "origin">): VClusterInstance | undefined {
  if (origin.kind !== "known") return undefined;
  const { kind } = VCLUSTER_INSTANCE;
  const spec = newSpecOf(origin.spec, { restore, snapshot });
  return { apiVersion: API_VERSION, kind, metadata: targetKeyOf(restore), spec };
}

async function volumesOf(
  instance: VClusterInstance,
  client: KubeClient,
  signal: AbortSignal,
): Promise<readonly VolumeSeen[]> {
  const { instance: key, targetNamespace: namespace } = locate(instance);
  const labelSelector = `app=${storeAppOf(instance.spec)},release=${releaseName(key.name)}`;
  const options = { namespace, labelSelector, metadataOnly: true, signal };
  const claims = await client.list(KINDS.persistentVolumeClaim, options);
  return claims.map(({ metadata: { name, uid = "", deletionTimestamp } }) => ({
    ...{ name, uid },
    isGoing: deletionTimestamp !== undefined,
  }));
}

/** Nobody can ask a store that is gone; and its snapshots need not be where the one is that is restored. */
function reachedBy(target: ObjectKey, { snapshots }: Caches): ReachedRevision | undefined {
  const known = snapshots
    .byIndex("instance", keyText(target))
    .map(({ status }) => ({
      revision: Number(status?.revision ?? 0),
      time: status?.startTime ?? status?.completionTime ?? "",
    }))
    .filter(({ revision, time }) => revision > 0 && Number.isSafeInteger(revision) && time !== "");
  return known.toSorted((a, b) => b.revision - a.revision)[0];
}

/** A restore that goes first; so does a snapshot that is being made. */
function rivalOf(restore: VClusterRestore, caches: Caches): string | undefined {
  const first = firstRestore(
    restore,
    caches.restores.byIndex("instance", targetOfRestore(restore)),
  );
  // A snapshot that waits between its attempts waits for this restore then: its store may be what is to be mended.
  return first === undefined
    ? readingOf(restore, caches)
    : `VClusterRestore ${first.metadata.name}`;
}

/** A worker that reads the store would find it stopped under its hands. */
function readingOf(restore: VClusterRestore, caches: Caches): string | undefined {
  const snapshot = caches.snapshots
    .byIndex("instance", targetOfRestore(restore))
    .find((one) => isUnfinished(one) && isBeingMade(one, caches));
  return snapshot === undefined ? undefined : `VClusterSnapshot ${snapshot.metadata.name}`;
}
