import { SnapshotError } from "../format/snapshot-error.ts";
import { openSnapshot } from "../read/snapshot.ts";
import type { SnapshotPlace } from "../repository/manifests.ts";
import { chunkKey } from "../repository/paths.ts";
import {
  openRepository,
  type Repository,
  type RepositoryAccess,
} from "../repository/repository.ts";
import type { KvStore } from "../source/kv-store.ts";
import type { ObjectStore, StoreCall } from "../store/object-store.ts";
import { type ChunkUse, chunkUsesOf } from "../verify/chunk-use.ts";
import type { Finding } from "../verify/finding.ts";
import { verifySnapshot } from "../verify/verify.ts";
import { rebuildData, rebuildIndex } from "./rebuild.ts";
import { copyChunk, copyEntrance } from "./replica.ts";

/** Where to find again what is lost. */
export interface RepairOptions extends RepositoryAccess {
  /** Other places of the same repository. */
  readonly replicas?: readonly ObjectStore[];
  /** The store that was snapshotted. */
  readonly live?: KvStore;
}

/** An object that was put back, and what it was made of. */
export interface Repaired {
  readonly objectKey: string;
  readonly from: "replica" | "snapshots" | "live store";
}

/** An object that nothing could be found for. */
export interface Lost {
  readonly finding: Finding;
  /** Texts of the keys whose records are nowhere; undefined where that cannot be told key by key. */
  readonly lostKeys: readonly string[] | undefined;
}

export interface Repair {
  readonly repaired: readonly Repaired[];
  readonly lost: readonly Lost[];
}

/** Reads a snapshot to the last byte and puts back what is damaged; what is written was proved before. */
export async function repairSnapshot(
  store: ObjectStore,
  place: SnapshotPlace,
  options: RepairOptions = {},
): Promise<Repair> {
  const { replicas = [], live, ...access } = options;
  const call: StoreCall = access.signal === undefined ? {} : { signal: access.signal };
  const entrance = await repairEntrance(store, place, { replicas, access });
  if (entrance.lost.length > 0) return entrance;
  const { findings } = await verifySnapshot(store, place, { ...access, level: 2 });
  const repository = await openRepository(store, access);
  const snapshot = await openSnapshot(repository, place, call);
  const uses = new Map(chunkUsesOf(snapshot).map((use) => [chunkKey(use.ref.id), use]));
  const repaired = [...entrance.repaired];
  const lost: Lost[] = [];
  for (const finding of indexesFirst(findings)) {
    const use = uses.get(finding.objectKey);
    if (use === undefined) continue;
    const sources = { replicas, live, uid: place.uid, ...call };
    const end = await repairChunk(repository, use, sources);
    if (end.from === undefined) lost.push({ finding, lostKeys: end.lostKeys });
    else repaired.push({ objectKey: finding.objectKey, from: end.from });
  }
  return { repaired, lost };
}

/** Data is rebuilt by the index. */
function indexesFirst(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ part }: Finding): number => (part === "index" ? 0 : 1);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** Puts back what leads to a snapshot. Of several damaged objects one may hide the next. */
async function repairEntrance(
  store: ObjectStore,
  place: SnapshotPlace,
  from: { readonly replicas: readonly ObjectStore[]; readonly access: RepositoryAccess },
): Promise<Repair> {
  const repaired: Repaired[] = [];
  const tried = new Set<string>();
  for (;;) {
    const { findings } = await verifySnapshot(store, place, { ...from.access, level: 0 });
    const finding = findings.find(({ objectKey }) => !tried.has(objectKey));
    if (finding === undefined) {
      return { repaired, lost: findings.map((each) => ({ finding: each, lostKeys: undefined })) };
    }
    const { objectKey } = finding;
    tried.add(objectKey);
    for (const replica of from.replicas) {
      const copy = { from: replica, to: store, place, objectKey };
      if (!(await copyEntrance(copy, from.access))) continue;
      repaired.push({ objectKey, from: "replica" });
      break;
    }
  }
}

interface ChunkSources extends StoreCall {
  readonly replicas: readonly ObjectStore[];
  readonly live: KvStore | undefined;
  readonly uid: string;
}

type ChunkEnd = Pick<Repaired, "from"> | ({ readonly from?: undefined } & Pick<Lost, "lostKeys">);

async function repairChunk(
  repository: Repository,
  { ref, layer, part }: ChunkUse,
  { replicas, ...sources }: ChunkSources,
): Promise<ChunkEnd> {
  const { live: _live, uid: _uid, ...call } = sources;
  for (const replica of replicas) {
    if (await copyChunk(repository, replica, ref.id, call)) return { from: "replica" };
  }
  if (layer === undefined) return { lostKeys: undefined };
  try {
    if (part === "data") return await rebuildData(repository, { ref, layer }, sources);
    const isRebuilt = await rebuildIndex(repository, { ref, layer }, call);
    return isRebuilt ? { from: "snapshots" } : { lostKeys: undefined };
  } catch (error) {
    if (error instanceof SnapshotError) return { lostKeys: undefined };
    throw error;
  }
}
