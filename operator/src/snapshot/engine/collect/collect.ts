import { SnapshotError } from "../format/snapshot-error.ts";
import { type Locking, withCollectionLock } from "../repository/locks.ts";
import { CHUNKS_PREFIX } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";
import type { StoreCall } from "../store/object-store.ts";
import { addReferences } from "./references.ts";

export interface CollectOptions extends Locking {
  /** Younger objects are kept whatever refers to them. */
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
  const { signal, now, owner, graceMs, dryRun = false } = options;
  const call: StoreCall = signal === undefined ? {} : { signal };
  const survey: Survey = { ...options, call, oldest: new Date(now().getTime() - graceMs) };
  const lock: Locking = owner === undefined ? { now } : { now, owner };
  if (dryRun) return await look(repository, survey);
  return await withCollectionLock(repository, { ...lock, ...call }, () =>
    sweep(repository, survey),
  );
}

async function sweep(repository: Repository, survey: Survey): Promise<Collection> {
  const { store } = repository;
  const { oldest, call } = survey;
  const found = await look(repository, survey);
  for (let from = 0; from < found.garbage.length; from += DELETED_AT_ONCE) {
    await store.delete(found.garbage.slice(from, from + DELETED_AT_ONCE), call);
  }
  return { ...found, isDone: true, unfinished: await store.discardUnfinished(oldest, call) };
}

interface Survey extends CollectOptions {
  readonly oldest: Date;
  readonly call: StoreCall;
}

async function look(
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
