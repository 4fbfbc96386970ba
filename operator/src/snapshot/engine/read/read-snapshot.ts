import type { ChunkKind } from "../format/chunk.ts";
import type { IndexEntry, IndexRecord, LayerEntry } from "../format/entry.ts";
import { type EntryCodec, INDEX_ENTRIES, LAYER_ENTRIES } from "../format/entry-codec.ts";
import type { ChunkRef, Layer } from "../format/manifest.ts";
import type { StoreRecord } from "../format/record.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { readChunk } from "../repository/chunks.ts";
import { manifestKey } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";
import type { KeyRange } from "../source/kv-store.ts";
import type { StoreCall } from "../store/object-store.ts";
import { readLayer } from "./layer.ts";
import { mergeLayers } from "./merge.ts";
import type { Snapshot } from "./snapshot.ts";

/** Chunks of the base, by far the largest layer, that are fetched ahead. */
const BASE_AHEAD = 2;

export interface Reading extends StoreCall {
  /** Absent: all keys. */
  readonly range?: KeyRange;
}

/** The records of a snapshot in key order. The memory it takes does not depend on their number. */
export async function* readRecords(
  repository: Repository,
  snapshot: Snapshot,
  reading: Reading = {},
): AsyncGenerator<StoreRecord> {
  for await (const batch of readRecordBatches(repository, snapshot, reading)) yield* batch;
}

/** The same, some at a time. */
export async function* readRecordBatches(
  repository: Repository,
  { layers }: Snapshot,
  reading: Reading = {},
): AsyncGenerator<readonly StoreRecord[]> {
  const read = (layer: Layer): AsyncIterable<readonly LayerEntry[]> =>
    readPart(
      repository,
      layer,
      { chunks: layer.chunks, kind: layer.kind, codec: LAYER_ENTRIES },
      reading,
    );
  for await (const batch of mergeLayers(layers.map(read))) {
    yield batch.filter((entry): entry is StoreRecord => entry.value !== undefined);
  }
}

/** The key index of a snapshot in key order, some entries at a time. */
export async function* readIndex(
  repository: Repository,
  { layers }: Snapshot,
  reading: Reading = {},
): AsyncGenerator<readonly IndexRecord[]> {
  const read = (layer: Layer): AsyncIterable<readonly IndexEntry[]> =>
    readPart(
      repository,
      layer,
      { chunks: layer.index, kind: "index", codec: INDEX_ENTRIES },
      reading,
    );
  for await (const batch of mergeLayers(layers.map(read))) {
    yield batch.filter((entry): entry is IndexRecord => entry.valueHash !== undefined);
  }
}

/** What was kept with a snapshot under a name; undefined if there is nothing. */
export async function readMetadata(
  repository: Repository,
  { manifest: { header, body } }: Snapshot,
  name: string,
  call: StoreCall = {},
): Promise<Uint8Array | undefined> {
  const ref = Object.hasOwn(body.metadata, name) ? body.metadata[name] : undefined;
  if (ref === undefined) return undefined;
  const [entry] = await readChunk(repository, ref, { kind: "blob", codec: LAYER_ENTRIES }, call);
  if (entry?.value !== undefined) return entry.value;
  const objectKey = manifestKey(header.subject.uid, header.snapId);
  throw new SnapshotError("Inconsistent", objectKey, `names ${name}, but does not hold it`);
}

function readPart<T extends { readonly key: Uint8Array }>(
  repository: Repository,
  { kind: layer }: Layer,
  what: {
    readonly chunks: readonly ChunkRef[];
    readonly kind: ChunkKind;
    readonly codec: EntryCodec<T>;
  },
  reading: Reading,
): AsyncIterable<readonly T[]> {
  const { chunks, ...form } = what;
  const ahead = layer === "base" ? BASE_AHEAD : 0;
  return readLayer(repository, chunks, { ...reading, ...form, ahead });
}
