import type { Kek } from "../crypto/kek.ts";
import { type Dek, type KeyRing, keyRingOf } from "../crypto/key-ring.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { type ObjectStore, ObjectStoreError, type StoreCall } from "../store/object-store.ts";
import { type KeyFacts, unwrapKey } from "./key-object.ts";
import { KEYS_PREFIX, REPOSITORY_OBJECT } from "./paths.ts";

interface UnwrappedKey {
  readonly facts: KeyFacts;
  readonly dek: Dek;
}

/** Unwraps all keys of a repository that this KEK opens. */
export async function readKeys(
  store: ObjectStore,
  repoId: string,
  kek: Kek,
  call: StoreCall,
): Promise<KeyRing> {
  const unwrapped = await unwrapAll(store, kek, call);
  const own = unwrapped.filter(({ facts }) => facts.repoId === repoId);
  if (unwrapped.length === 0) {
    throw new SnapshotError(
      "WrongKey",
      REPOSITORY_OBJECT,
      `holds nothing that key ${kek.id} opens: it was made with another key`,
    );
  }
  const byAge = own.sort((a, b) => (a.facts.createdAt < b.facts.createdAt ? -1 : 1));
  const root = byAge.find(({ facts }) => facts.purpose === "root")?.dek;
  const data = byAge.filter(({ facts }) => facts.purpose === "data").map(({ dek }) => dek);
  const current = data.pop();
  if (root === undefined || current === undefined) {
    throw new SnapshotError(
      "Corrupt",
      REPOSITORY_OBJECT,
      "names another repository than its keys, or some of them are lost",
    );
  }
  return keyRingOf(root, current, data);
}

/** Everything that a KEK opens. */
export async function unwrapAll(
  store: ObjectStore,
  kek: Kek,
  call: StoreCall,
): Promise<readonly UnwrappedKey[]> {
  const unwrapped: UnwrappedKey[] = [];
  for (const objectKey of await keyObjectsOf(store, kek, call)) {
    const bytes = await store.get(objectKey, call).catch(unlessGone);
    if (bytes !== undefined) unwrapped.push(unwrapKey(objectKey, bytes, kek));
  }
  return unwrapped;
}

/** Another process may have put another KEK in the place of this one since. */
function unlessGone(error: unknown): undefined {
  if (error instanceof ObjectStoreError && error.code === "NotFound") return undefined;
  throw error;
}

/** Keys of the objects that are wrapped for a KEK. */
export async function keyObjectsOf(
  store: ObjectStore,
  kek: Kek,
  call: StoreCall,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(KEYS_PREFIX, call)) {
    if (key.endsWith(`.${kek.id}.json`)) keys.push(key);
  }
  return keys;
}
