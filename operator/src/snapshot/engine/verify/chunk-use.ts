import type { ChunkKind } from "../format/chunk.ts";
import type { IndexEntry, LayerEntry } from "../format/entry.ts";
import { type EntryCodec, INDEX_ENTRIES, LAYER_ENTRIES } from "../format/entry-codec.ts";
import type { ChunkRef, Layer } from "../format/manifest.ts";
import type { Snapshot } from "../read/snapshot.ts";

/** A chunk, and what a snapshot uses it for. */
export interface ChunkUse {
  readonly ref: ChunkRef;
  readonly part: "data" | "index" | "metadata";
  readonly kind: ChunkKind;
  readonly codec: EntryCodec<LayerEntry> | EntryCodec<IndexEntry>;
  /** Absent for metadata. */
  readonly layer?: Layer;
}

/** Every chunk that a snapshot needs, once, from the lowest layer upwards. Pure. */
export function chunkUsesOf({ manifest, layers }: Snapshot): readonly ChunkUse[] {
  const uses = [
    ...layers.flatMap((layer) => [
      ...layer.chunks.map((ref) => dataOf(ref, layer)),
      ...layer.index.map((ref) => indexOf(ref, layer)),
    ]),
    ...Object.values(manifest.body.metadata).map(metadataOf),
  ];
  return [...new Map(uses.map((use) => [use.ref.id, use])).values()];
}

function dataOf(ref: ChunkRef, layer: Layer): ChunkUse {
  return { ref, part: "data", kind: layer.kind, codec: LAYER_ENTRIES, layer };
}

function indexOf(ref: ChunkRef, layer: Layer): ChunkUse {
  return { ref, part: "index", kind: "index", codec: INDEX_ENTRIES, layer };
}

function metadataOf(ref: ChunkRef): ChunkUse {
  return { ref, part: "metadata", kind: "blob", codec: LAYER_ENTRIES };
}
