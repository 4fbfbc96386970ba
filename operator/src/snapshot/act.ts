import { SNAPSHOT_FINALIZER, VCLUSTER_SNAPSHOT } from "@open-vcluster/crds";
import { type Clock, Failure, type KubeClient } from "@open-vcluster/runtime";
import { addFinalizer, removeFinalizer } from "../world/finalizers.ts";
import type { StoreUse } from "./access/deps.ts";
import { closeSqlite, openSqlite } from "./access/sqlite.ts";
import { contentsOfArchive, gatherContents } from "./contents.ts";
import type { SnapshotAction } from "./decision.ts";
import { levelOf, snapshotIdOf } from "./facts.ts";
import { askerText } from "./job/asker.ts";
import { endWork, startWork } from "./job/run.ts";
import type { WorkId } from "./job/work.ts";
import type { SnapshotSeen } from "./seen.ts";
import type { SnapshotSettings } from "./settings.ts";
import { askerOf, makingId, removingId, repairingId, verifyingId } from "./work-id.ts";
import type {
  DeleteTask,
  ImportTask,
  RepairTask,
  SnapshotTask,
  VerifyTask,
} from "./worker/task.ts";

/** Twice as long as the lock of a writer that was killed lasts, which may have written what nothing refers to yet. */
const GARBAGE_GRACE_SECONDS = 1_800;
const KINDS_OF_TASK = { Auto: "auto", Full: "full", Incremental: "incremental" } as const;

/** What effects use. The client refuses writes as soon as this process no longer leads. */
export interface ActDeps {
  readonly client: KubeClient;
  readonly settings: SnapshotSettings;
  readonly clock: Clock;
}

/** Performs exactly one effect. */
export async function act(
  action: Exclude<SnapshotAction, { kind: "none" }>,
  seen: SnapshotSeen,
  deps: ActDeps,
  signal: AbortSignal,
): Promise<void> {
  const { client } = deps;
  const { namespace, name, uid } = seen.snapshot.metadata;
  const finalizing = {
    type: VCLUSTER_SNAPSHOT,
    object: seen.snapshot,
    finalizer: SNAPSHOT_FINALIZER,
  };
  switch (action.kind) {
    case "addFinalizer":
      return addFinalizer(finalizing, client, signal);
    case "removeFinalizer":
      return removeFinalizer(finalizing, client, signal);
    case "expire":
      return client.delete(VCLUSTER_SNAPSHOT, { namespace, name }, { uid, signal });
    case "endWork":
      return endWork(action.job, client, signal);
    case "startMaking":
      return startMaking(seen, deps, signal);
    case "startVerifying": {
      const wanted = { operation: "verify", level: levelOf(seen.snapshot) } as const;
      return startOnKept({ id: verifyingId(seen.snapshot), wanted }, seen, deps, signal);
    }
    case "startRepairing": {
      const wanted = { operation: "repair", ...repairSources(action.withStore, seen) } as const;
      return startOnKept({ id: repairingId(seen.snapshot), wanted }, seen, deps, signal);
    }
    case "startRemoving": {
      const wanted = { operation: "delete", graceSeconds: GARBAGE_GRACE_SECONDS } as const;
      return startOnKept({ id: removingId(seen.snapshot), wanted }, seen, deps, signal);
    }
    case "openStore":
      return openSqlite(storeUse(seen), deps, signal);
    case "closeStore":
      return closeSqlite(storeUse(seen), deps, signal);
  }
}

function storeUse({ snapshot, instance }: SnapshotSeen): StoreUse {
  if (instance !== undefined) return { instance, asker: askerText(askerOf(snapshot)) };
  throw new Failure("bug", "NoInstance", "The store of no instance was to be opened or closed");
}

async function startMaking(
  seen: SnapshotSeen,
  { client, settings }: ActDeps,
  signal: AbortSignal,
): Promise<void> {
  const { snapshot, instance, place } = seen;
  if (instance === undefined || place?.kind !== "place") {
    throw new Failure("bug", "NothingToRead", "A snapshot was begun without what it is of");
  }
  const { namespace = "", name, uid = "" } = instance.metadata;
  const common = {
    repository: place.repository,
    subject: { uid: snapshot.status?.instanceUID ?? uid, name, namespace },
    snapId: snapshotIdOf(snapshot),
    verifyLevel: levelOf(snapshot),
  };
  const archive = archiveOf(seen);
  const task =
    archive === undefined
      ? {
          ...common,
          ...sourceOf(seen),
          trigger: "manual",
          ...(await gatherContents(instance, client, settings, signal)),
        }
      : {
          ...common,
          operation: "import" as const,
          archive,
          trigger: "import",
          ...contentsOfArchive(instance),
        };
  const work = { id: makingId(snapshot), task, claimName: place.claimName };
  await startWork(work, client, settings.work, signal);
}

function sourceOf({
  snapshot,
  store,
}: SnapshotSeen): Pick<SnapshotTask, "operation" | "endpoint" | "kind"> {
  if (store?.kind !== "ready") {
    throw new Failure("bug", "NothingToRead", "A snapshot was begun before its store was reached");
  }
  const kind = KINDS_OF_TASK[snapshot.spec.type ?? "Auto"];
  return { operation: "snapshot", endpoint: store.endpoint, kind };
}

/** The archive that is to be imported; keys of it are those of the whole bucket. */
function archiveOf({ snapshot, archivePlace }: SnapshotSeen): ImportTask["archive"] | undefined {
  const { archive } = snapshot.spec;
  if (archive === undefined) return undefined;
  if (archivePlace?.kind !== "place" || archivePlace.repository.store.kind !== "s3") {
    throw new Failure("bug", "NothingToRead", "An archive was imported before it was reached");
  }
  return { store: { ...archivePlace.repository.store, prefix: "" }, key: archive.key };
}

/** Where a repair looks for what is lost. */
function repairSources(
  withStore: boolean,
  { snapshot, replicas, store }: SnapshotSeen,
): Pick<RepairTask, "level" | "replicas" | "endpoint"> {
  const copies = replicas.flatMap((replica) => (replica.kind === "replica" ? [replica.place] : []));
  const { endpoint } = withStore && store?.kind === "ready" ? store : {};
  return {
    level: levelOf(snapshot),
    replicas: copies,
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** What every task says of a snapshot that exists. */
type Kept = "repository" | "subject" | "snapId";

interface WorkOnKept {
  readonly id: WorkId;
  readonly wanted: Omit<VerifyTask, Kept> | Omit<RepairTask, Kept> | Omit<DeleteTask, Kept>;
}

/** Begins work on a snapshot that exists. */
async function startOnKept(
  { id, wanted }: WorkOnKept,
  { snapshot, place }: SnapshotSeen,
  { client, settings }: ActDeps,
  signal: AbortSignal,
): Promise<void> {
  if (place?.kind !== "place") {
    throw new Failure("bug", "NoPlace", "Work on a snapshot was begun without its location");
  }
  const { metadata, spec, status } = snapshot;
  const { namespace = "" } = metadata;
  const task = {
    ...wanted,
    repository: { ...place.repository, create: false },
    subject: { uid: status?.instanceUID ?? "", name: spec.instanceRef.name, namespace },
    snapId: snapshotIdOf(snapshot),
  };
  await startWork({ id, task, claimName: place.claimName }, client, settings.work, signal);
}
