import { type InstanceId, VCLUSTER_INSTANCE, type VClusterInstance } from "@open-vcluster/crds";
import {
  createNamespacesInformer,
  type Failure,
  type Informer,
  type InformerDeps,
  type KubeClient,
  type KubeObject,
  keyText,
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

/** All instances at one version. */
export interface InstanceList {
  readonly items: readonly VClusterInstance[];
  readonly version: string;
}

/**
 * The instances as this replica knows them. Every read sees what this replica wrote before, and what `atLeast` names;
 * where the cache does not get there in time, the API server is asked.
 */
export interface Instances {
  readonly informer: Informer<VClusterInstance>;
  find(id: InstanceId, freshness: Freshness): Promise<VClusterInstance | undefined>;
  findByUid(uid: string, freshness: Freshness): Promise<VClusterInstance | undefined>;
  list(freshness: Freshness): Promise<InstanceList>;
  /** Asks the API server itself. */
  read(id: InstanceId): Promise<VClusterInstance | undefined>;
  /** Notes a write of this replica; later reads of the instance, and of all, see it. */
  wrote(id: InstanceId, version: string | undefined): void;
}

/** How long a read waits for the cache before it asks the API server. */
const CACHE_WAIT_MS = 1_000;
const BY_UID = "uid";

/**
 * Creates the cache; its informer is started by the caller.
 *
 * @param namespaces - Those that are served; empty: all.
 */
export function createInstances(
  client: KubeClient,
  namespaces: readonly string[],
  deps: InformerDeps,
): Instances {
  const informer = createNamespacesInformer<VClusterInstance>(
    namespaces,
    { client, type: VCLUSTER_INSTANCE, project: kept, indexes: { [BY_UID]: uidsOf } },
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
  const read = (id: InstanceId): Promise<VClusterInstance | undefined> =>
    client.get<VClusterInstance>(VCLUSTER_INSTANCE, id);
  const listed = async (): Promise<InstanceList> => {
    const scopes = namespaces.length === 0 ? [undefined] : namespaces;
    const lists: InstanceList[] = [];
    for (const namespace of scopes) {
      const page = await client.listPage(VCLUSTER_INSTANCE, { namespace, limit: 0 });
      lists.push({ items: page.items.map(kept), version: page.resourceVersion });
    }
    // Of the first: what was written since may be in the later ones already, and is in a watch from there as well.
    return { items: lists.flatMap(({ items }) => items), version: lists[0]?.version ?? "" };
  };
  return {
    informer,
    find: async (id, freshness) =>
      (await fresh(freshness, keyText(id))) ? informer.get(keyText(id)) : await read(id),
    findByUid: async (uid, freshness) =>
      (await fresh(freshness))
        ? informer.byIndex(BY_UID, uid)[0]
        : (await listed()).items.find(({ metadata }) => metadata.uid === uid),
    list: async (freshness) =>
      (await fresh(freshness))
        ? { items: [...informer.list()], version: informer.version() ?? "" }
        : await listed(),
    read,
    wrote: (id, version) => {
      if (version !== undefined) written.note(keyText(id), version);
    },
  };
}

function uidsOf({ metadata }: VClusterInstance): readonly string[] {
  return metadata.uid === undefined ? [] : [metadata.uid];
}

/** Whole objects, because they are written back whole. */
function kept(raw: KubeObject): VClusterInstance {
  return withoutManagedFields(raw) as unknown as VClusterInstance;
}

function unknownVersion(): Failure {
  return refusedField(
    "min_resource_version",
    "is no version of this API; send the resource_version of an earlier answer",
  );
}
