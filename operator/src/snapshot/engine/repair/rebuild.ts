import { chunkIdOf } from "../crypto/key-ring.ts";
import { encodeChunk } from "../format/chunk.ts";
import type { IndexEntry, LayerEntry } from "../format/entry.ts";
import { type EntryCodec, INDEX_ENTRIES, LAYER_ENTRIES } from "../format/entry-codec.ts";
import { seal } from "../format/envelope.ts";
import { keyText } from "../format/key-text.ts";
import type { ChunkRef, Layer } from "../format/manifest.ts";
import { readChunk } from "../repository/chunks.ts";
import { chunkKey } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";
import type { KvStore } from "../source/kv-store.ts";
import type { StoreCall } from "../store/object-store.ts";
import { indexRecordOf } from "../write/layer-writer.ts";
import { missingOf, type RecordSearch, searchLive, searchSnapshots } from "./record-search.ts";

/** A chunk of a layer that cannot be read. */
export interface LostChunk {
  readonly ref: ChunkRef;
  readonly layer: Layer;
}

/** Where its records may be. */
export interface RecordSources extends StoreCall {
  /** Of the virtual cluster. */
  readonly uid: string;
  /** The store that was snapshotted. */
  readonly live: KvStore | undefined;
}

/** What became of lost data; `lostKeys` are the texts of keys whose records are nowhere. */
export type Rebuilt =
  | { readonly from: "snapshots" | "live store" }
  | { readonly from?: undefined; readonly lostKeys: readonly string[] };

const DATA_OF = { codec: LAYER_ENTRIES };
const INDEX: { readonly kind: "index"; readonly codec: EntryCodec<IndexEntry> } = {
  kind: "index",
  codec: INDEX_ENTRIES,
};

/** Writes an index anew from the data that it is about. Rejects with SnapshotError if that is damaged too. */
export async function rebuildIndex(
  repository: Repository,
  { ref, layer }: LostChunk,
  call: StoreCall,
): Promise<boolean> {
  const form = { ...DATA_OF, kind: layer.kind };
  const entries: IndexEntry[] = [];
  for (const data of overlapping(layer.chunks, ref)) {
    for (const entry of await readChunk(repository, data, form, call)) {
      if (!isWithin(entry, ref)) continue;
      entries.push(entry.value === undefined ? { key: entry.key } : indexRecordOf(entry));
    }
  }
  const plaintext = encodeChunk({ kind: "index", entries }, INDEX_ENTRIES);
  return await putIfSame(repository, ref, plaintext, call);
}

/** Writes data anew from other snapshots and the live store. Rejects with SnapshotError if its index is damaged too. */
export async function rebuildData(
  repository: Repository,
  { ref, layer }: LostChunk,
  { uid, live, ...call }: RecordSources,
): Promise<Rebuilt> {
  const indexed = await readIndexOf(repository, { ref, layer }, call);
  const records = indexed.filter((entry) => entry.valueHash !== undefined);
  const wanted = new Map(records.map((entry) => [keyText(entry.key), entry]));
  const search: RecordSearch = { wanted, found: new Map() };
  await searchSnapshots(repository, uid, search, call);
  const from = missingOf(search).length === 0 ? "snapshots" : "live store";
  if (from === "live store" && live !== undefined) await searchLive(live, search, call);
  const lostKeys = missingOf(search);
  if (lostKeys.length > 0) return { lostKeys };
  const entries = indexed.map(({ key }): LayerEntry => search.found.get(keyText(key)) ?? { key });
  const plaintext = encodeChunk({ kind: layer.kind, entries }, LAYER_ENTRIES);
  const isSame = await putIfSame(repository, ref, plaintext, call);
  return isSame ? { from } : { lostKeys: [...wanted.keys()] };
}

async function readIndexOf(
  repository: Repository,
  { ref, layer }: LostChunk,
  call: StoreCall,
): Promise<readonly IndexEntry[]> {
  const entries: IndexEntry[] = [];
  for (const index of overlapping(layer.index, ref)) {
    const some = await readChunk(repository, index, INDEX, call);
    entries.push(...some.filter((entry) => isWithin(entry, ref)));
  }
  return entries;
}

function overlapping(refs: readonly ChunkRef[], { first, last }: ChunkRef): readonly ChunkRef[] {
  return refs.filter((ref) => ref.last >= first && ref.first <= last);
}

function isWithin({ key }: { readonly key: Uint8Array }, { first, last }: ChunkRef): boolean {
  const text = keyText(key);
  return text >= first && text <= last;
}

/** The id proves that it is what was lost, to the last byte. */
async function putIfSame(
  { store, keys }: Repository,
  { id }: ChunkRef,
  plaintext: Uint8Array,
  call: StoreCall,
): Promise<boolean> {
  if (chunkIdOf(plaintext, keys?.idKey) !== id) return false;
  await store.put(chunkKey(id), await seal(plaintext, id, keys?.current), call);
  return true;
}
