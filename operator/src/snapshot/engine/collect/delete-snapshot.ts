import { SnapshotError } from "../format/snapshot-error.ts";
import { type Locking, withWriterLock } from "../repository/locks.ts";
import { listSnapshots, type SnapshotPlace } from "../repository/manifests.ts";
import { manifestKey } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";

/**
 * Ends a snapshot; a collection frees its room later. Deleting it again is no error.
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
    for await (const listed of listSnapshots(repository, { ...call, uid })) {
      if (listed.objectKey === objectKey) continue;
      if (listed.error !== undefined) throw listed.error;
      if (listed.header.base?.snapId !== snapId) continue;
      throw new SnapshotError("InUse", objectKey, `${listed.header.snapId} lies upon it`);
    }
    await repository.store.delete([objectKey], call);
  });
}
