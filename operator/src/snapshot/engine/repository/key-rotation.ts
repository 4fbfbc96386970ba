import type { Kek } from "../crypto/kek.ts";
import { drawKey, keyRingOf } from "../crypto/key-ring.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { type ObjectStore, ObjectStoreError, type StoreCall } from "../store/object-store.ts";
import { wrapKey } from "./key-object.ts";
import { keyObjectsOf, unwrapAll } from "./keys.ts";
import { KEYS_PREFIX, REPOSITORY_OBJECT } from "./paths.ts";
import { openRepository, type Repository } from "./repository.ts";

/**
 * Puts a KEK in the place of an earlier one, and encrypts with a new key from then on: whoever has the earlier one reads
 * nothing that is written later. May be cut off anywhere and repeated; does nothing once it is done.
 */
export async function replaceKek(
  store: ObjectStore,
  { from, to }: { readonly from: Kek; readonly to: Kek },
  at: Date,
  call: StoreCall = {},
): Promise<void> {
  if (from.id === to.id || (await keyObjectsOf(store, from, call)).length === 0) return;
  await addKek(await openRepository(store, { ...call, kek: from }), { from, to }, call);
  const repository = await openRepository(store, { ...call, kek: to });
  if (!(await opensMore(store, { from, to }, call))) await rotateDek(repository, to, at, call);
  try {
    await removeKek(repository, { removed: from, kept: to }, call);
  } catch (error) {
    // Where nothing may be deleted the earlier one goes on opening what it opened.
    if (!(error instanceof ObjectStoreError && error.code === "AccessDenied")) throw error;
  }
}

/** Whether there is a key already that the earlier KEK does not open. */
async function opensMore(
  store: ObjectStore,
  { from, to }: { readonly from: Kek; readonly to: Kek },
  call: StoreCall,
): Promise<boolean> {
  const before = new Set((await keyObjectsOf(store, from, call)).map(keyIdOf));
  return (await keyObjectsOf(store, to, call)).some((key) => !before.has(keyIdOf(key)));
}

/** Lets another KEK open the repository as well: small objects alone are written. */
export async function addKek(
  { id: repoId, store }: Repository,
  { from, to }: { readonly from: Kek; readonly to: Kek },
  call: StoreCall = {},
): Promise<void> {
  for (const { facts, dek } of await unwrapAll(store, from, call)) {
    if (facts.repoId !== repoId) continue;
    const { objectKey, bytes } = wrapKey(dek, to, facts);
    await store.put(objectKey, bytes, call);
  }
}

/** Ends a KEK. Refuses if `kept` does not open everything that it opens. */
export async function removeKek(
  { store }: Repository,
  { removed, kept }: { readonly removed: Kek; readonly kept: Kek },
  call: StoreCall = {},
): Promise<void> {
  const open = new Set((await unwrapAll(store, kept, call)).map(({ dek }) => dek.id));
  const objects = await keyObjectsOf(store, removed, call);
  const lost = objects.find((key) => !open.has(keyIdOf(key)));
  if (lost !== undefined || kept.id === removed.id) {
    throw new SnapshotError("WrongKey", lost ?? KEYS_PREFIX, `is not opened by key ${kept.id}`);
  }
  await store.delete(objects, call);
}

/** Encrypts with a new key from now on; what was written before stays readable. */
export async function rotateDek(
  repository: Repository,
  kek: Kek,
  at: Date,
  call: StoreCall = {},
): Promise<Repository> {
  const { id: repoId, store, keys } = repository;
  if (keys === undefined) {
    throw new SnapshotError("NotEncrypted", REPOSITORY_OBJECT, "is not encrypted");
  }
  const dek = drawKey();
  const about = { repoId, purpose: "data", createdAt: at.toISOString() } as const;
  const { objectKey, bytes } = wrapKey(dek, kek, about);
  await store.put(objectKey, bytes, { ...call, ifAbsent: true });
  return { ...repository, keys: keyRingOf(keys.root, dek, keys.deks.values()) };
}

function keyIdOf(objectKey: string): string {
  return objectKey.slice(KEYS_PREFIX.length).split(".")[0] ?? "";
}
