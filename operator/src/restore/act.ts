import {
  API_VERSION,
  escrowSecretName,
  RESTORE_FINALIZER,
  RESTORED_BY_ANNOTATION,
  type RestoreFilters,
  STORE_INCOMPLETE_ANNOTATION,
  VCLUSTER_INSTANCE,
  VCLUSTER_RESTORE,
  VCLUSTER_SNAPSHOT,
  type VClusterInstance,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import { type Clock, Failure, type KubeClient } from "@open-vcluster/runtime";
import { ownershipLabels } from "../instance/identity.ts";
import { locate } from "../instance/observe.ts";
import { keepInEscrow } from "../pki/store.ts";
import type { StoreUse } from "../snapshot/access/deps.ts";
import { closeSqlite, openSqlite } from "../snapshot/access/sqlite.ts";
import { askerText } from "../snapshot/job/asker.ts";
import { endWork, startWork } from "../snapshot/job/run.ts";
import type { RestoreTask, TaskFilters, VerifyTask } from "../snapshot/worker/task.ts";
import { createOnce } from "../world/create-once.ts";
import { FIELD_MANAGER } from "../world/field-manager.ts";
import { addFinalizer, type Finalizing, removeFinalizer } from "../world/finalizers.ts";
import { KINDS } from "../world/kinds.ts";
import type { NewInstance, RestoreAction, RestoreWork } from "./action.ts";
import type { RestoreSeen } from "./seen.ts";
import type { RestoreSettings } from "./settings.ts";
import { identityOf, restoreText, storeRights, targetKeyOf, targetStoreOf } from "./target.ts";
import { askerOf, workIdOf } from "./work-id.ts";

/** What effects use. The client refuses writes as soon as this process no longer leads. */
export interface ActDeps {
  readonly client: KubeClient;
  readonly settings: RestoreSettings;
  readonly clock: Clock;
}

/** How long the state from before a restore is kept. */
const WAY_BACK_KEPT = "168h";

/** Every object is read to the last byte. */
const LEVEL_BEFORE = 2;

type ActionOf<K extends RestoreAction["kind"]> = Extract<RestoreAction, { readonly kind: K }>;
type Effect<K extends RestoreAction["kind"]> = (
  action: ActionOf<K>,
  seen: RestoreSeen,
  deps: ActDeps,
  signal: AbortSignal,
) => Promise<void>;
type EffectName = Exclude<RestoreAction["kind"], "none">;

const EFFECTS: { readonly [K in EffectName]: Effect<K> } = {
  addFinalizer: (_action, seen, { client }, signal) =>
    addFinalizer(finalizing(seen), client, signal),
  removeFinalizer: (_action, seen, { client }, signal) =>
    removeFinalizer(finalizing(seen), client, signal),
  adoptIdentity,
  createInstance,
  snapshotBefore: ({ name }, seen, deps, signal) => snapshotBefore(name, seen, deps, signal),
  deleteBefore: ({ name, uid }, { restore }, { client }, signal) => {
    const key = { namespace: targetKeyOf(restore).namespace, name };
    return client.delete(VCLUSTER_SNAPSHOT, key, { uid, signal });
  },
  markStore: (_action, seen, deps, signal) =>
    markStore(restoreText(seen.restore), seen, deps, signal),
  unmarkStore: (_action, seen, deps, signal) => unmarkStore(seen, deps, signal),
  deleteVolume,
  openStore: (_action, seen, deps, signal) => openSqlite(storeUse(seen), deps, signal),
  closeStore: (_action, seen, deps, signal) => closeSqlite(storeUse(seen), deps, signal),
  startWork: start,
  endWork: ({ job }, _seen, { client }, signal) => endWork(job, client, signal),
};

/** Performs exactly one effect. */
export function act(
  action: Exclude<RestoreAction, { kind: "none" }>,
  seen: RestoreSeen,
  deps: ActDeps,
  signal: AbortSignal,
): Promise<void> {
  // The table pairs each name with its own effect, which the compiler cannot follow through an index.
  const effect = EFFECTS[action.kind] as Effect<EffectName>;
  return effect(action, seen, deps, signal);
}

function storeUse(seen: RestoreSeen): StoreUse {
  const { restore, instance } = seen;
  const use = { asker: askerText(askerOf(restore)), ...storeRights(seen) };
  if (instance !== undefined) return { instance, ...use };
  throw new Failure("bug", "NoInstance", "The store of no instance was to be opened or closed");
}

function finalizing({ restore }: RestoreSeen): Finalizing {
  return { type: VCLUSTER_RESTORE, object: restore, finalizer: RESTORE_FINALIZER };
}

async function adoptIdentity(
  { certificates, ...made }: ActionOf<"adoptIdentity">,
  { restore }: RestoreSeen,
  { client, settings }: ActDeps,
  signal: AbortSignal,
): Promise<void> {
  // What the API server refuses to make must not leave an identity to whoever takes the name next.
  const dryRun = { fieldManager: FIELD_MANAGER, dryRun: true, signal };
  await client.create(VCLUSTER_INSTANCE, instanceFor(restore, made), dryRun);
  const instance = targetKeyOf(restore);
  const place = {
    namespace: settings.operatorNamespace,
    name: escrowSecretName(instance),
    labels: ownershipLabels(instance, settings.operatorId),
  };
  await keepInEscrow(place, certificates, client, signal);
}

async function createInstance(
  made: ActionOf<"createInstance">,
  { restore }: RestoreSeen,
  { client }: ActDeps,
  signal: AbortSignal,
): Promise<void> {
  const options = { fieldManager: FIELD_MANAGER, signal };
  await client.create(VCLUSTER_INSTANCE, instanceFor(restore, made), options);
}

function instanceFor(
  restore: RestoreSeen["restore"],
  { spec, labels }: NewInstance,
): VClusterInstance {
  const annotations = {
    [RESTORED_BY_ANNOTATION]: restore.metadata.uid ?? "",
    // Whatever becomes of the restore: it never starts empty.
    [STORE_INCOMPLETE_ANNOTATION]: restoreText(restore),
  };
  const metadata = { ...targetKeyOf(restore), labels, annotations };
  return { apiVersion: API_VERSION, kind: VCLUSTER_INSTANCE.kind, metadata, spec };
}

/** Beside the snapshot that is restored where that is in the same namespace, else where the instance's spec says. */
async function snapshotBefore(
  name: string,
  { restore, snapshot, instance: target, place }: RestoreSeen,
  { client }: ActDeps,
  signal: AbortSignal,
): Promise<void> {
  const instance = targetKeyOf(restore);
  const location = snapshot?.status?.location;
  const isBeside =
    location?.namespace === instance.namespace && place.kind === "place" && !place.isReadOnly;
  const locationRef = isBeside ? { name: location.name } : target?.spec.snapshots?.locationRef;
  const object = {
    apiVersion: API_VERSION,
    kind: VCLUSTER_SNAPSHOT.kind,
    metadata: { namespace: instance.namespace, name },
    spec: {
      instanceRef: { name: instance.name },
      ...(locationRef === undefined ? {} : { locationRef }),
      description: `The state before VClusterRestore ${restore.metadata.name}`,
      expiresAfter: WAY_BACK_KEPT,
    },
  };
  await createOnce(VCLUSTER_SNAPSHOT, object, client, signal);
}

async function markStore(
  mark: string | null,
  { instance }: RestoreSeen,
  { client }: ActDeps,
  signal: AbortSignal,
): Promise<void> {
  if (instance === undefined) return;
  const annotations = { [STORE_INCOMPLETE_ANNOTATION]: mark };
  const key = { name: locate(instance).targetNamespace };
  const options = { fieldManager: FIELD_MANAGER, signal };
  await client.mergePatch(KINDS.namespace, key, { metadata: { annotations } }, options);
}

/** The mark of the namespace goes last, which tells that there is something left to do. */
async function unmarkStore(seen: RestoreSeen, deps: ActDeps, signal: AbortSignal): Promise<void> {
  const { namespace, name, annotations } = seen.instance?.metadata ?? {};
  if (name !== undefined && annotations?.[STORE_INCOMPLETE_ANNOTATION] !== undefined) {
    const without = { metadata: { annotations: { [STORE_INCOMPLETE_ANNOTATION]: null } } };
    const options = { fieldManager: FIELD_MANAGER, signal };
    await deps.client.mergePatch(VCLUSTER_INSTANCE, { namespace, name }, without, options);
  }
  await markStore(null, seen, deps, signal);
}

async function deleteVolume(
  { volume: { name, uid } }: ActionOf<"deleteVolume">,
  { instance }: RestoreSeen,
  { client }: ActDeps,
  signal: AbortSignal,
): Promise<void> {
  if (instance === undefined) return;
  const key = { namespace: locate(instance).targetNamespace, name };
  await client.delete(KINDS.persistentVolumeClaim, key, { uid, signal });
}

async function start(
  action: ActionOf<"startWork">,
  seen: RestoreSeen,
  { client, settings }: ActDeps,
  signal: AbortSignal,
): Promise<void> {
  const { restore, snapshot, before, place } = seen;
  const source = action.step === "rollback" ? before : snapshot;
  if (source === undefined || place.kind !== "place") throw tooEarly();
  const ofSnapshot = {
    repository: { ...place.repository, create: false },
    subject: subjectOf(source),
    snapId: action.snapshotID,
  };
  const task = taskOf(action, ofSnapshot, seen);
  const work = { id: workIdOf(restore, action.step), task, claimName: place.claimName };
  await startWork(work, client, settings.work, signal);
}

type OfSnapshot = Pick<VerifyTask, "repository" | "subject" | "snapId">;

function taskOf(
  action: RestoreWork,
  ofSnapshot: OfSnapshot,
  seen: RestoreSeen,
): VerifyTask | RestoreTask {
  if (action.step === "verify") return verifyTaskOf(ofSnapshot, seen);
  const { restore, store, reached, instance } = seen;
  if (store?.kind !== "ready") throw tooEarly();
  const { step, mode, identity } = action;
  return {
    ...ofSnapshot,
    operation: step === "plan" ? "plan" : "restore",
    endpoint: store.endpoint,
    mode,
    identity,
    keepEvents: restore.spec.keepEvents ?? false,
    keepsVolumes: instance?.spec.sync?.toHost?.persistentVolumes ?? false,
    ...(step === "rollback" ? {} : filtersOf(restore.spec.filters)),
    ...(reached === undefined ? {} : { reached }),
  };
}

function verifyTaskOf(ofSnapshot: OfSnapshot, seen: RestoreSeen): VerifyTask {
  const { keepEvents = false, filters: asked } = seen.restore.spec;
  const { filters } = filtersOf(asked);
  const part = { filters, keepEvents, identity: identityOf(seen) };
  return {
    ...ofSnapshot,
    operation: "verify",
    level: LEVEL_BEFORE,
    ...(filters === undefined ? {} : { part: { ...part, filters } }),
    ...(targetStoreOf(seen) === "etcd" ? { into: "etcd" } : {}),
  };
}

function tooEarly(): Failure {
  return new Failure("bug", "NothingToRestore", "Work was begun before everything was reached");
}

/** Whose snapshot it is, as its manifest says. */
function subjectOf({ metadata, spec, status }: VClusterSnapshot): RestoreTask["subject"] {
  const { namespace = "" } = metadata;
  return { uid: status?.instanceUID ?? "", name: spec.instanceRef.name, namespace };
}

function filtersOf(filters: RestoreFilters | undefined): { readonly filters?: TaskFilters } {
  if (filters === undefined) return {};
  const { labels, ...rest } = filters;
  if (labels === undefined) return { filters: rest };
  const requirements = Object.entries(labels).map(
    ([key, value]) => ({ key, operator: "In", values: [value] }) as const,
  );
  return { filters: { ...rest, labels: requirements } };
}
