import { randomBytes } from "node:crypto";
import { SnapshotError } from "../format/snapshot-error.ts";
import type { StoreCall } from "../store/object-store.ts";
import { COLLECTION_LOCK, LOCKS_PREFIX, locksPrefix } from "./paths.ts";
import type { Repository } from "./repository.ts";

/** A lock that was not renewed for so long is that of a process that was killed. */
const STALE_MS = 15 * 60_000;
const RENEW_MS = STALE_MS / 5;

export interface WriterLock extends StoreCall {
  /** Of the virtual cluster. */
  readonly uid: string;
  readonly now: () => Date;
}

/**
 * Runs a writer while no other one of the same virtual cluster runs, and no garbage is collected.
 *
 * Everyone puts a lock first and looks for others then, so that of two at least one sees the other.
 * Rejects with SnapshotError Locked where there is another.
 */
export async function withWriterLock<T>(
  { store }: Repository,
  { uid, now, ...call }: WriterLock,
  run: () => Promise<T>,
): Promise<T> {
  const own = `${locksPrefix(uid)}${randomBytes(8).toString("hex")}`;
  const renew = (): Promise<void> => store.put(own, Buffer.from(now().toISOString()), call);
  await renew();
  // Should a renewal fail, the next one makes up for it well before the lock is stale.
  const timer = setInterval(() => void renew().catch(() => undefined), RENEW_MS);
  try {
    await assertAlone();
    return await run();
  } finally {
    clearInterval(timer);
    await store.delete([own]);
  }

  async function assertAlone(): Promise<void> {
    const stale: string[] = [];
    for await (const { key, modifiedAt } of store.list(LOCKS_PREFIX, call)) {
      const concerns = key === COLLECTION_LOCK || key.startsWith(locksPrefix(uid));
      if (key === own || !concerns) continue;
      if (now().getTime() - modifiedAt.getTime() < STALE_MS) {
        const holder =
          key === COLLECTION_LOCK ? "garbage is collected" : "another writer is at work";
        throw new SnapshotError("Locked", key, holder);
      }
      stale.push(key);
    }
    await store.delete(stale, call);
  }
}
