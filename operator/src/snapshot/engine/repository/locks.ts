import { randomBytes } from "node:crypto";
import { SnapshotError } from "../format/snapshot-error.ts";
import { type ObjectInfo, ObjectStoreError, type StoreCall } from "../store/object-store.ts";
import { COLLECTION_LOCKS, LOCKS_PREFIX, locksPrefix } from "./paths.ts";
import type { Repository } from "./repository.ts";

/** A lock that was not renewed for so long is that of a process that was killed. */
const STALE_MS = 15 * 60_000;
const RENEW_MS = STALE_MS / 5;
/** What a lock holds that is held no more. */
const RELEASED = new Uint8Array();

export interface Locking extends StoreCall {
  readonly now: () => Date;
  /** A name for the work, as a part of a key: work of the same name takes over the lock that it left when it was killed. */
  readonly owner?: string;
}

export interface WriterLocking extends Locking {
  /** Of the virtual cluster. */
  readonly uid: string;
}

/**
 * Runs a writer while no other one of the same virtual cluster runs, and no garbage is collected.
 * Rejects with SnapshotError Locked where there is one.
 */
export function withWriterLock<T>(
  repository: Pick<Repository, "store">,
  { uid, ...locking }: WriterLocking,
  run: () => Promise<T>,
): Promise<T> {
  const lock = { own: locksPrefix(uid), excluded: [COLLECTION_LOCKS, locksPrefix(uid)] };
  return withLock(repository, { ...locking, ...lock }, run);
}

/** Runs a collection of garbage while nothing is written. Rejects with SnapshotError Locked where something is. */
export function withCollectionLock<T>(
  repository: Pick<Repository, "store">,
  locking: Locking,
  run: () => Promise<T>,
): Promise<T> {
  const lock = { own: COLLECTION_LOCKS, excluded: [LOCKS_PREFIX] };
  return withLock(repository, { ...locking, ...lock }, run);
}

interface Lock extends Locking {
  /** Prefix of the lock to take. */
  readonly own: string;
  /** Prefixes of those that must not be held. */
  readonly excluded: readonly string[];
}

/** Everyone puts a lock first and looks for others then, so that of two at least one sees the other. */
async function withLock<T>(
  { store }: Pick<Repository, "store">,
  { own: prefix, excluded, now, owner, ...call }: Lock,
  run: () => Promise<T>,
): Promise<T> {
  const own = `${prefix}${owner ?? randomBytes(8).toString("hex")}`;
  const renew = (): Promise<void> => store.put(own, Buffer.from(now().toISOString()), call);
  await take();
  // Should a renewal fail, the next one makes up for it well before the lock is stale.
  const timer = setInterval(() => void renew().catch(() => undefined), RENEW_MS);
  try {
    await assertAlone();
    return await run();
  } finally {
    clearInterval(timer);
    await release();
  }

  async function take(): Promise<void> {
    try {
      await renew();
    } catch (error) {
      // What was given up may have arrived all the same.
      if (call.signal?.aborted === true) await release();
      throw error;
    }
  }

  async function release(): Promise<void> {
    try {
      await store.delete([own]);
    } catch (error) {
      const isDenied = error instanceof ObjectStoreError && error.code === "AccessDenied";
      // Where nothing may be deleted, it would keep everyone away until it is stale.
      if (isDenied) await store.put(own, RELEASED).catch(() => undefined);
      throw error;
    }
  }

  async function assertAlone(): Promise<void> {
    const stale: string[] = [];
    const locks: ObjectInfo[] = [];
    for await (const lock of store.list(LOCKS_PREFIX, call)) locks.push(lock);
    // By the clock of the store alone, which set both times: ours may be minutes ahead.
    const nowMs = (locks.find(({ key }) => key === own)?.modifiedAt ?? now()).getTime();
    for (const { key, size, modifiedAt } of locks) {
      if (key === own || !excluded.some((each) => key.startsWith(each))) continue;
      const isHeld = size > RELEASED.byteLength;
      if (isHeld && nowMs - modifiedAt.getTime() < STALE_MS) {
        const holder = key.startsWith(COLLECTION_LOCKS)
          ? "garbage is collected"
          : "another writer is at work";
        throw new SnapshotError("Locked", key, holder);
      }
      stale.push(key);
    }
    await store.delete(stale, call);
  }
}
