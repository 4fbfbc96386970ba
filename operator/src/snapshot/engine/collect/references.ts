import type { ChunkRef } from "../format/manifest.ts";
import { listSnapshots, readLinked, readManifest } from "../repository/manifests.ts";
import { chunkKey } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";
import type { StoreCall } from "../store/object-store.ts";

/**
 * Adds the keys of all objects that snapshots refer to. Those of manifests that were seen before are not
 * read again: manifests never change.
 *
 * Rejects with the SnapshotError of any manifest that cannot be read, for it may refer to anything.
 */
export async function addReferences(
  repository: Repository,
  known: { readonly manifests: Set<string>; readonly chunks: Set<string> },
  call: StoreCall,
): Promise<void> {
  for await (const listed of listSnapshots(repository, call)) {
    if (listed.error !== undefined) throw listed.error;
    if (known.manifests.has(listed.objectKey)) continue;
    const { subject, snapId, base } = listed.header;
    const { body } = await readManifest(repository, { uid: subject.uid, snapId }, call);
    // Its chunks are those of its own manifest; it must be there all the same.
    if (base !== null) await readLinked(repository, subject.uid, base, call);
    const add = ({ id }: ChunkRef): unknown => known.chunks.add(chunkKey(id));
    for (const layer of body.layers) {
      layer.chunks.forEach(add);
      layer.index.forEach(add);
    }
    Object.values(body.metadata).forEach(add);
    known.manifests.add(listed.objectKey);
  }
}
