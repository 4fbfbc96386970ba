import type { SnapshotSubject } from "../format/manifest.ts";
import type { WriterLocking } from "../repository/locks.ts";
import type { Repository } from "../repository/repository.ts";
import type { KvStore } from "../source/kv-store.ts";

/** What a snapshot is to be, besides its content. */
export interface SnapshotRequest {
  /** Its name; one is made if absent. */
  readonly snapId?: string;
  readonly subject: SnapshotSubject;
  /** Why it is taken, such as `schedule` or `pre-restore`. */
  readonly trigger: string;
  readonly expiresAt?: Date;
  /** Things to keep with it, by name; each below a megabyte or so. */
  readonly metadata?: Readonly<Record<string, Uint8Array>>;
}

export interface Progress {
  /** Keys that were looked at. */
  readonly keys: number;
  readonly valueBytes: number;
  /** Bytes of objects that were written. */
  readonly addedBytes: number;
}

/** What writing within a repository needs. */
export interface RepositoryContext {
  readonly repository: Repository;
  readonly now: () => Date;
  /** Called after every page; must not throw. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface WriteContext extends RepositoryContext {
  readonly store: KvStore;
}

/** The lock of a snapshot's writer. A later run of the same request takes it over. */
export function lockingOf(context: RepositoryContext, request: SnapshotRequest): WriterLocking {
  const { snapId, subject } = request;
  const owner = snapId === undefined ? {} : { owner: snapId };
  return { uid: subject.uid, now: context.now, ...owner, ...callOf(context) };
}

/** The signal of a context, as calls take it. */
export function callOf({ signal }: RepositoryContext): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
