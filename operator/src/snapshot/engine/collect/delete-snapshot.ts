import type { ManifestHeader } from "../format/manifest.ts";
import { isDamage, SnapshotError } from "../format/snapshot-error.ts";
import { type Locking, withWriterLock } from "../repository/locks.ts";
import { listSnapshots, readManifest, type SnapshotPlace } from "../repository/manifests.ts";
import { manifestKey } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";
import type { StoreCall } from "../store/object-store.ts";

/**
 * Ends a snapshot, and bases that were made for it alone; a collection frees their room later. Deleting it again is no error.
 *
 * Rejects with SnapshotError `InUse` if others lie upon it, `Locked` if one is written that may come to, and where others
 * could lie upon it with the error of a manifest that cannot be read: it may be one of those.
 */
export async function deleteSnapshot(
  repository: Repository,
  { uid, snapId }: SnapshotPlace,
  locking: Locking,
): Promise<void> {
  const { now: _now, owner: _owner, ...call } = locking;
  const objectKey = manifestKey(uid, snapId);
  await withWriterLock(repository, { ...locking, uid }, async () => {
    const mayCarry = await mayCarryOthers(repository, { uid, snapId }, call);
    const others: ManifestHeader[] = [];
    let isComplete = true;
    for await (const listed of listSnapshots(repository, { ...call, uid })) {
      if (listed.objectKey === objectKey) continue;
      if (listed.error !== undefined) {
        if (mayCarry) throw listed.error;
        isComplete = false;
        continue;
      }
      if (listed.header.base?.snapId === snapId) {
        throw new SnapshotError("InUse", objectKey, `${listed.header.snapId} lies upon it`);
      }
      others.push(listed.header);
    }
    const unused = isComplete ? unusedBases(others) : [];
    const bases = unused.map((base) => manifestKey(uid, base.snapId));
    await repository.store.delete([objectKey], call);
    await repository.store.delete(bases, call);
  });
}

/** Only what has no base is one. What cannot be read itself carries nobody any more. */
async function mayCarryOthers(
  repository: Repository,
  place: SnapshotPlace,
  call: StoreCall,
): Promise<boolean> {
  try {
    const { header } = await readManifest(repository, place, call);
    return header.base === null;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Those that were made of a chain to lie below others, and that nothing lies upon any more: nobody else ends them. Pure. */
function unusedBases(headers: readonly ManifestHeader[]): readonly ManifestHeader[] {
  const used = new Set(headers.map(({ base }) => base?.snapId));
  return headers.filter(({ kind, snapId }) => kind === "synthetic-full" && !used.has(snapId));
}
