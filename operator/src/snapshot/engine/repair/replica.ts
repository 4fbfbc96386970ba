import { SnapshotError } from "../format/snapshot-error.ts";
import { openSnapshot } from "../read/snapshot.ts";
import { openChunk } from "../repository/chunks.ts";
import type { SnapshotPlace } from "../repository/manifests.ts";
import { chunkKey } from "../repository/paths.ts";
import {
  openRepository,
  type Repository,
  type RepositoryAccess,
} from "../repository/repository.ts";
import { type ObjectStore, ObjectStoreError, type StoreCall } from "../store/object-store.ts";

const UNFIT: ReadonlySet<string> = new Set(["NotFound", "Corrupt", "TooLarge"]);

/** An object that leads to a snapshot, from a place to another one. */
export interface EntranceCopy {
  readonly from: ObjectStore;
  readonly to: ObjectStore;
  readonly place: SnapshotPlace;
  readonly objectKey: string;
}

/** Copies a descriptor, a key or a manifest from a replica where it opens the snapshot; whether it did. */
export async function copyEntrance(
  { from, to, place, objectKey }: EntranceCopy,
  access: RepositoryAccess,
): Promise<boolean> {
  const { kek: _kek, ...call } = access;
  return await unlessUnfit(async () => {
    await openSnapshot(await openRepository(from, access), place, call);
    await to.put(objectKey, await from.get(objectKey, call), call);
  });
}

/** Copies a chunk from a replica if its id proves it; whether it did. */
export async function copyChunk(
  repository: Repository,
  replica: ObjectStore,
  id: string,
  call: StoreCall,
): Promise<boolean> {
  return await unlessUnfit(async () => {
    const bytes = await replica.get(chunkKey(id), call);
    await openChunk(repository, id, bytes);
    await repository.store.put(chunkKey(id), bytes, call);
  });
}

async function unlessUnfit(copy: () => Promise<void>): Promise<boolean> {
  try {
    await copy();
    return true;
  } catch (error) {
    if (error instanceof SnapshotError) return false;
    if (error instanceof ObjectStoreError && UNFIT.has(error.code)) return false;
    throw error;
  }
}
