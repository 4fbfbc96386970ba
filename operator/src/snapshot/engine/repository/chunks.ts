import { createHash } from "node:crypto";
import { chunkIdOf } from "../crypto/key-ring.ts";
import { type Chunk, type ChunkKind, decodeChunk, encodeChunk } from "../format/chunk.ts";
import { toCorrupt } from "../format/clear-object.ts";
import type { EntryCodec } from "../format/entry-codec.ts";
import { seal, unseal } from "../format/envelope.ts";
import { keyText } from "../format/key-text.ts";
import type { ChunkRef } from "../format/manifest.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { ObjectStoreError, type StoreCall } from "../store/object-store.ts";
import { chunkKey } from "./paths.ts";
import type { Repository } from "./repository.ts";

/** Chunks that are known to be there, by id, so that they need not be written. */
export type KnownChunks = ReadonlyMap<string, ChunkRef>;

export interface WrittenChunk {
  readonly ref: ChunkRef;
  /** Whether an object was written for it. */
  readonly isNew: boolean;
}

/** Keeps a chunk; equal content is kept once. */
export async function writeChunk<T extends { readonly key: Uint8Array }>(
  repository: Repository,
  chunk: Chunk<T>,
  codec: EntryCodec<T>,
  options: StoreCall & { readonly known: KnownChunks },
): Promise<WrittenChunk> {
  const { known, ...call } = options;
  const plaintext = encodeChunk(chunk, codec);
  const id = chunkIdOf(plaintext, repository.keys?.idKey);
  const found = known.get(id);
  if (found !== undefined) return { ref: found, isNew: false };
  const sealed = await seal(plaintext, id, repository.keys?.current);
  const { bytes, isNew } = await putOnce(repository, id, sealed, call);
  const ref: ChunkRef = {
    id,
    first: keyText(chunk.entries[0]?.key ?? new Uint8Array()),
    last: keyText(chunk.entries.at(-1)?.key ?? new Uint8Array()),
    entries: chunk.entries.length,
    rawBytes: plaintext.length,
    storedBytes: bytes.length,
    sha256: sha256Of(bytes),
  };
  return { ref, isNew };
}

/** The entries of a chunk, all checks done. Rejects with SnapshotError Missing or Corrupt. */
export async function readChunk<T extends { readonly key: Uint8Array }>(
  repository: Repository,
  ref: ChunkRef,
  { kind, codec }: { readonly kind: ChunkKind; readonly codec: EntryCodec<T> },
  call: StoreCall = {},
): Promise<readonly T[]> {
  const objectKey = chunkKey(ref.id);
  const bytes = await getObject(repository, objectKey, call);
  // Not by its SHA-256: an object that was repaired has another nonce, and its id proves it.
  const plaintext = await openChunk(repository, ref.id, bytes);
  try {
    const { entries } = decodeChunk(plaintext, kind, codec);
    const isNamed =
      entries.length === ref.entries &&
      keyText(entries[0]?.key ?? new Uint8Array()) === ref.first &&
      keyText(entries.at(-1)?.key ?? new Uint8Array()) === ref.last;
    if (isNamed) return entries;
  } catch (error) {
    throw toCorrupt(objectKey, error);
  }
  throw new SnapshotError("Inconsistent", objectKey, "holds other keys than its manifest says");
}

/** The plaintext of a chunk's object, whose id proves it. Rejects with SnapshotError Corrupt. */
export async function openChunk(
  { keys }: Repository,
  id: string,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  let plaintext: Uint8Array;
  try {
    plaintext = await unseal(bytes, id, keys);
  } catch (error) {
    throw toCorrupt(chunkKey(id), error);
  }
  if (chunkIdOf(plaintext, keys?.idKey) === id) return plaintext;
  throw new SnapshotError("Corrupt", chunkKey(id), "holds other data than its id says");
}

/** Gets an object that must be there. */
export async function getObject(
  { store }: Repository,
  objectKey: string,
  call: StoreCall,
): Promise<Uint8Array> {
  try {
    return await store.get(objectKey, call);
  } catch (cause) {
    if (!(cause instanceof ObjectStoreError && cause.code === "NotFound")) throw cause;
    throw new SnapshotError("Missing", objectKey, "is not there", { cause });
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What is there already is read, for its bytes differ with every write, and it may be damaged. */
async function putOnce(
  repository: Repository,
  id: string,
  sealed: Uint8Array,
  call: StoreCall,
): Promise<{ readonly bytes: Uint8Array; readonly isNew: boolean }> {
  const { store } = repository;
  try {
    await store.put(chunkKey(id), sealed, { ...call, ifAbsent: true });
    return { bytes: sealed, isNew: true };
  } catch (error) {
    if (!(error instanceof ObjectStoreError && error.code === "AlreadyExists")) throw error;
  }
  try {
    const bytes = await getObject(repository, chunkKey(id), call);
    await openChunk(repository, id, bytes);
    return { bytes, isNew: false };
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    await store.put(chunkKey(id), sealed, call);
    return { bytes: sealed, isNew: true };
  }
}
