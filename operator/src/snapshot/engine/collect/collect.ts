import { SnapshotError } from "../format/snapshot-error.ts";
import { CHUNKS_PREFIX, COLLECTION_LOCK, LOCKS_PREFIX } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";
import type { ObjectStore, StoreCall } from "../store/object-store.ts";
import { addReferences } from "./references.ts";

export interface CollectOptions extends StoreCall {
  readonly now: Date;
  /** Younger objects and locks may belong to a writer that is at work; at least twice the longest snapshot. */
  readonly graceMs: number;
  /** Largest share of all bytes that may go, in [0, 1]. */
  readonly mostShare: number;
  /** Only tells what would be deleted. */
  readonly dryRun?: boolean;
}

/** What a collection found and did. */
export interface Collection {
  /** Keys of the objects that nothing refers to, and that are old enough. */
  readonly garbage: readonly string[];
  readonly garbageBytes: number;
  /** Of all chunks. */
  readonly totalBytes: number;
  /** Whether the garbage was deleted. */
  readonly isDone: boolean;
  /** Unfinished writes that were discarded. */
  readonly unfinished: number;
}

const DELETED_AT_ONCE = 1000;

/**
 * Deletes chunks that no snapshot refers to. In any doubt it deletes nothing.
 *
 * Rejects with SnapshotError: that of a manifest that cannot be read; `Locked` while a writer is at work,
 * because it may be about to refer to what is garbage now; `TooMuch` if it is more than was allowed.
 */
export async function collect(
  repository: Repository,
  options: CollectOptions,
): Promise<Collection> {
  const { store } = repository;
  const { signal, dryRun = false } = options;
  const call: StoreCall = signal === undefined ? {} : { signal };
  const oldest = new Date(options.now.getTime() - options.graceMs);
  if (dryRun) return await survey(repository, { ...options, oldest, call });
  // Writers look for it after they have taken their own lock, and so one of the two sees the other.
  await store.put(COLLECTION_LOCK, Buffer.from(options.now.toISOString()), call);
  try {
    await assertNoWriter(store, oldest, call);
    const found = await survey(repository, { ...options, oldest, call });
    for (let from = 0; from < found.garbage.length; from += DELETED_AT_ONCE) {
      await store.delete(found.garbage.slice(from, from + DELETED_AT_ONCE), call);
    }
    const unfinished = await store.discardUnfinished(oldest, call);
    return { ...found, isDone: true, unfinished };
  } finally {
    await store.delete([COLLECTION_LOCK]);
  }
}

interface Survey extends CollectOptions {
  readonly oldest: Date;
  readonly call: StoreCall;
}

async function survey(
  repository: Repository,
  { oldest, mostShare, call }: Survey,
): Promise<Collection> {
  const known = { manifests: new Set<string>(), chunks: new Set<string>() };
  await addReferences(repository, known, call);
  let totalBytes = 0;
  const candidates = new Map<string, number>();
  for await (const { key, size, modifiedAt } of repository.store.list(CHUNKS_PREFIX, call)) {
    totalBytes += size;
    if (modifiedAt < oldest && !known.chunks.has(key)) candidates.set(key, size);
  }
  // A snapshot may have been completed since.
  await addReferences(repository, known, call);
  let garbageBytes = 0;
  for (const [key, size] of candidates) {
    if (known.chunks.has(key)) candidates.delete(key);
    else garbageBytes += size;
  }
  if (garbageBytes > totalBytes * mostShare) {
    const what = `hold ${totalBytes} bytes, of which ${garbageBytes} are garbage: more than was allowed`;
    throw new SnapshotError("TooMuch", CHUNKS_PREFIX, what);
  }
  return {
    garbage: [...candidates.keys()],
    garbageBytes,
    totalBytes,
    isDone: false,
    unfinished: 0,
  };
}

async function assertNoWriter(store: ObjectStore, oldest: Date, call: StoreCall): Promise<void> {
  for await (const { key, modifiedAt } of store.list(LOCKS_PREFIX, call)) {
    if (key === COLLECTION_LOCK || modifiedAt < oldest) continue;
    throw new SnapshotError("Locked", key, "is held by a writer");
  }
}
