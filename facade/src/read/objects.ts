import {
  VCLUSTER_INSTANCE,
  VCLUSTER_RESTORE,
  VCLUSTER_SNAPSHOT,
  type VClusterInstance,
  type VClusterRestore,
  type VClusterSnapshot,
} from "@open-vcluster/crds";
import {
  createNamespacesInformer,
  type Failure,
  type Informer,
  type InformerDeps,
  type KubeClient,
  type KubeObject,
  keyText,
  type ObjectKey,
  type ResourceType,
  withoutManagedFields,
} from "@open-vcluster/runtime";
import { refusedField } from "../translate/refuse.ts";
import { untilSeen } from "./until-seen.ts";
import { hasReached, isVersion } from "./version.ts";
import { createWrittenVersions } from "./written.ts";

/** How new an answer must be, and until when it is wanted. */
export interface Freshness {
  /** Resource version that the answer must reflect; empty: none. */
  readonly atLeast: string;
  /** Absent: until the cache had its time. */
  readonly signal?: AbortSignal;
}

/** What the API serves. */
export type Resource = VClusterInstance | VClusterSnapshot | VClusterRestore;

/** A kind of resource, and how it is spoken of. */
export interface Kind {
  readonly type: ResourceType;
  /** Such as `virtual cluster`. */
  readonly noun: string;
  /** Reason where there is none, such as `VclusterNotFound`. */
  readonly missing: string;
}

/** All objects of a kind at one version. */
export interface ObjectList<T> {
  readonly items: readonly T[];
  readonly version: string;
}

/**
 * The objects of one kind as this replica knows them. Every read sees what this replica wrote before, and what `atLeast`
 * names; where the cache does not get there in time, the API server is asked.
 */
export interface Objects<T extends Resource> {
  readonly kind: Kind;
  readonly informer: Informer<T>;
  find(id: ObjectKey, freshness: Freshness): Promise<T | undefined>;
  findByUid(uid: string, freshness: Freshness): Promise<T | undefined>;
  list(freshness: Freshness): Promise<ObjectList<T>>;
  /** Asks the API server itself. */
  read(id: ObjectKey): Promise<T | undefined>;
  /** The same, of all that there are: for what is about to be refused as unknown. */
  readByUid(uid: string): Promise<T | undefined>;
  /** Notes a write of this replica; later reads of the object, and of all, see it. */
  wrote(id: ObjectKey, version: string | undefined): void;
}

/** The virtual clusters. */
export type Instances = Objects<VClusterInstance>;

/** Everything that calls write to. */
export interface Stores {
  readonly instances: Instances;
  readonly snapshots: Objects<VClusterSnapshot>;
  readonly restores: Objects<VClusterRestore>;
}

/** Which objects a write is about. */
export type StoreOf<T extends Resource> = (stores: Stores) => Objects<T>;

/** How long a read waits for the cache before it asks the API server. */
const CACHE_WAIT_MS = 1_000;
const BY_UID = "uid";

const INSTANCES: Kind = {
  type: VCLUSTER_INSTANCE,
  noun: "virtual cluster",
  missing: "VclusterNotFound",
};
const SNAPSHOTS: Kind = { type: VCLUSTER_SNAPSHOT, noun: "snapshot", missing: "SnapshotNotFound" };
const RESTORES: Kind = { type: VCLUSTER_RESTORE, noun: "restore", missing: "RestoreNotFound" };

/**
 * Creates the caches; their informers are started by the caller.
 *
 * @param namespaces - Those that are served; empty: all.
 */
export function createStores(
  client: KubeClient,
  namespaces: readonly string[],
  deps: InformerDeps,
): Stores {
  const open = <T extends Resource>(kind: Kind): Objects<T> =>
    createObjects<T>(kind, client, namespaces, deps);
  return { instances: open(INSTANCES), snapshots: open(SNAPSHOTS), restores: open(RESTORES) };
}

function createObjects<T extends Resource>(
  kind: Kind,
  client: KubeClient,
  namespaces: readonly string[],
  deps: InformerDeps,
): Objects<T> {
  const { type } = kind;
  // Whole objects, because they are written back whole.
  const kept = (raw: KubeObject): T => withoutManagedFields(raw) as unknown as T;
  const informer = createNamespacesInformer<T>(
    namespaces,
    { client, type, project: kept, indexes: { [BY_UID]: uidsOf } },
    deps,
  );
  const written = createWrittenVersions(informer);
  /** @param key - Absent: all objects. */
  const fresh = async ({ atLeast, signal }: Freshness, key?: string): Promise<boolean> => {
    if (atLeast !== "" && !isVersion(atLeast)) throw unknownVersion();
    const isThere = (): boolean => {
      const reached = informer.version(key) ?? "";
      const ownAreSeen =
        key === undefined ? written.areSeen() : hasReached(reached, written.of(key));
      return ownAreSeen && hasReached(reached, atLeast);
    };
    return untilSeen([informer], isThere, { timeoutMs: CACHE_WAIT_MS, signal, clock: deps.clock });
  };
  const read = (id: ObjectKey): Promise<T | undefined> => client.get<T>(type, id);
  const listed = async (): Promise<ObjectList<T>> => {
    const scopes = namespaces.length === 0 ? [undefined] : namespaces;
    const lists: ObjectList<T>[] = [];
    for (const namespace of scopes) {
      const page = await client.listPage(type, { namespace, limit: 0 });
      lists.push({ items: page.items.map(kept), version: page.resourceVersion });
    }
    // Of the first: what was written since may be in the later ones already, and is in a watch from there as well.
    return { items: lists.flatMap(({ items }) => items), version: lists[0]?.version ?? "" };
  };
  const readByUid = async (uid: string): Promise<T | undefined> =>
    (await listed()).items.find(({ metadata }) => metadata.uid === uid);
  return {
    kind,
    informer,
    find: async (id, freshness) =>
      (await fresh(freshness, keyText(id))) ? informer.get(keyText(id)) : await read(id),
    findByUid: async (uid, freshness) =>
      (await fresh(freshness)) ? informer.byIndex(BY_UID, uid)[0] : await readByUid(uid),
    list: async (freshness) =>
      (await fresh(freshness))
        ? { items: [...informer.list()], version: informer.version() ?? "" }
        : await listed(),
    read,
    readByUid,
    wrote: (id, version) => {
      if (version !== undefined) written.note(keyText(id), version);
    },
  };
}

function uidsOf({ metadata }: Resource): readonly string[] {
  return metadata.uid === undefined ? [] : [metadata.uid];
}

function unknownVersion(): Failure {
  return refusedField(
    "min_resource_version",
    "is no version of this API; send the resource_version of an earlier answer",
  );
}
