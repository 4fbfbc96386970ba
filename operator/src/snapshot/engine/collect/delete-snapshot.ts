import type { ManifestHeader } from "../format/manifest.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { type Locking, withWriterLock } from "../repository/locks.ts";
import { listSnapshots, type SnapshotPlace } from "../repository/manifests.ts";
import { manifestKey } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";

/**
 * Ends a snapshot, and bases that were made for it alone; a collection frees their room later. Deleting it again is no error.
 *
 * Rejects with SnapshotError `InUse` if others lie upon it, `Locked` if one is written that may come to, and
 * with the error of a manifest that cannot be read: it may be one of those.
 */
export async function deleteSnapshot(
  repository: Repository,
  { uid, snapId }: SnapshotPlace,
  locking: Locking,
): Promise<void> {
  const { now: _now, owner: _owner, ...call } = locking;
  const objectKey = manifestKey(uid, snapId);
  await withWriterLock(repository, { ...locking, uid }, async () => {
    const others: ManifestHeader[] = [];
    for await (const listed of listSnapshots(repository, { ...call, uid })) {
      if (listed.objectKey === objectKey) continue;
      if (listed.error !== undefined) throw listed.error;
      if (listed.header.base?.snapId === snapId) {
        throw new SnapshotError("InUse", objectKey, `${listed.header.snapId} lies upon it`);
      }
      others.push(listed.header);
    }
    const bases = unusedBases(others).map((base) => manifestKey(uid, base.snapId));
    await repository.store.delete([objectKey], call);
    await repository.store.delete(bases, call);
  });
}

/** Those that were made of a chain to lie below others, and that nothing lies upon any more: nobody else ends them. Pure. */
function unusedBases(headers: readonly ManifestHeader[]): readonly ManifestHeader[] {
  const used = new Set(headers.map(({ base }) => base?.snapId));
  return headers.filter(({ kind, snapId }) => kind === "synthetic-full" && !used.has(snapId));
}
