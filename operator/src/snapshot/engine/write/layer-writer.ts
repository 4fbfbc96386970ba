import type { IndexEntry, IndexRecord, LayerEntry } from "../format/entry.ts";
import { INDEX_ENTRIES, LAYER_ENTRIES } from "../format/entry-codec.ts";
import type { Layer } from "../format/manifest.ts";
import type { StoreRecord } from "../format/record.ts";
import { valueHashOf } from "../format/root-hash.ts";
import type { KnownChunks } from "../repository/chunks.ts";
import type { Repository } from "../repository/repository.ts";
import type { StoreCall } from "../store/object-store.ts";
import { type ChunkCounts, createChunkWriter } from "./chunk-writer.ts";

/** Writes the records of one layer, and beside them its index. */
export interface LayerWriter {
  /** In key order. */
  put(record: StoreRecord, indexed: IndexRecord): Promise<void> | undefined;
  remove(key: Uint8Array): Promise<void> | undefined;
  end(): Promise<Pick<Layer, "puts" | "tombstones" | "chunks" | "index">>;
  counts(): ChunkCounts;
}

export interface LayerWriting extends StoreCall {
  readonly kind: Layer["kind"];
  readonly known: KnownChunks;
}

export function createLayerWriter(
  repository: Repository,
  { kind, ...writing }: LayerWriting,
): LayerWriter {
  const data = createChunkWriter<LayerEntry>(repository, {
    ...writing,
    kind,
    codec: LAYER_ENTRIES,
  });
  const index = createChunkWriter<IndexEntry>(repository, {
    ...writing,
    kind: "index",
    codec: INDEX_ENTRIES,
  });
  let puts = 0;
  let tombstones = 0;

  function push(entry: LayerEntry, indexed: IndexEntry): Promise<void> | undefined {
    const first = data.push(entry);
    const second = index.push(indexed);
    if (first === undefined || second === undefined) return first ?? second;
    return Promise.all([first, second]).then(() => undefined);
  }

  return {
    put(record, indexed) {
      puts += 1;
      return push(record, indexed);
    },
    remove(key) {
      tombstones += 1;
      return push({ key }, { key });
    },
    async end() {
      const [chunks, indexChunks] = await Promise.all([data.end(), index.end()]);
      return { puts, tombstones, chunks, index: indexChunks };
    },
    counts: () => ({
      newChunks: data.counts.newChunks + index.counts.newChunks,
      reusedChunks: data.counts.reusedChunks + index.counts.reusedChunks,
      addedBytes: data.counts.addedBytes + index.counts.addedBytes,
    }),
  };
}

/** What the index says of a record. Pure. */
export function indexRecordOf({ key, value, modRevision, leaseTtl }: StoreRecord): IndexRecord {
  return {
    key,
    modRevision,
    valueBytes: value.length,
    isLeased: leaseTtl > 0,
    valueHash: valueHashOf(value),
  };
}
