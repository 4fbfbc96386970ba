/** Where the objects of a repository are. */
export const REPOSITORY_OBJECT = "repo.json";
export const KEYS_PREFIX = "keys/";
export const CHUNKS_PREFIX = "chunks/";
export const SNAPSHOTS_PREFIX = "snapshots/";
export const LOCKS_PREFIX = "locks/";
/** Held while garbage is collected; the uid of no virtual cluster begins so. */
export const COLLECTION_LOCKS = "locks/-collection/";

export function keyObjectKey(keyId: string, kekId: string): string {
  return `${KEYS_PREFIX}${keyId}.${kekId}.json`;
}

export function chunkKey(id: string): string {
  return `${CHUNKS_PREFIX}${id.slice(0, 2)}/${id}`;
}

export function snapshotsPrefix(uid: string): string {
  return `${SNAPSHOTS_PREFIX}${uid}/`;
}

export function manifestKey(uid: string, snapId: string): string {
  return `${snapshotsPrefix(uid)}${snapId}/manifest.json`;
}

/** The snapshot whose manifest has a key; undefined for any other key. */
export function placeOfManifest(
  key: string,
): { readonly uid: string; readonly snapId: string } | undefined {
  const [, uid, snapId] = /^snapshots\/([^/]+)\/([^/]+)\/manifest\.json$/.exec(key) ?? [];
  return uid === undefined || snapId === undefined ? undefined : { uid, snapId };
}

export function locksPrefix(uid: string): string {
  return `${LOCKS_PREFIX}${uid}/`;
}
