import type { ChunkKind } from "../format/chunk.ts";
import { createCutter } from "../format/cutter.ts";
import type { EntryCodec } from "../format/entry-codec.ts";
import type { ChunkRef } from "../format/manifest.ts";
import { type KnownChunks, type WrittenChunk, writeChunk } from "../repository/chunks.ts";
import type { Repository } from "../repository/repository.ts";
import type { StoreCall } from "../store/object-store.ts";

/** Chunks that are compressed and stored at a time. Each takes some megabytes. */
const IN_FLIGHT = 4;

/** Cuts entries into chunks and stores them while more entries come. */
export interface ChunkWriter<T> {
  /** In key order. A promise is to be awaited before the next entry: enough is on its way. */
  push(entry: T): Promise<void> | undefined;
  /** Stores the rest; resolves to all chunks in key order. */
  end(): Promise<readonly ChunkRef[]>;
  readonly counts: ChunkCounts;
}

export interface ChunkCounts {
  readonly newChunks: number;
  readonly reusedChunks: number;
  /** Bytes of the objects that were written. */
  readonly addedBytes: number;
}

/** What is written, and which chunks are known to be there. */
export interface ChunkWriting<T> extends StoreCall {
  readonly kind: ChunkKind;
  readonly codec: EntryCodec<T>;
  readonly known: KnownChunks;
}

export function createChunkWriter<T extends { readonly key: Uint8Array }>(
  repository: Repository,
  { kind, codec, known, ...call }: ChunkWriting<T>,
): ChunkWriter<T> {
  const cutter = createCutter<T>(codec.sizeOf, repository.cutting);
  const inFlight: Promise<WrittenChunk>[] = [];
  const refs: ChunkRef[] = [];
  const counts = { newChunks: 0, reusedChunks: 0, addedBytes: 0 };

  function start(entries: readonly T[]): void {
    const writing = writeChunk(repository, { kind, entries }, codec, { ...call, known });
    // A failure is seen when its turn comes; until then it must not count as unheard.
    writing.catch(() => undefined);
    inFlight.push(writing);
  }

  async function settleDownTo(most: number): Promise<void> {
    while (inFlight.length > most) {
      const written = await inFlight.shift();
      if (written === undefined) return;
      refs.push(written.ref);
      counts.newChunks += written.isNew ? 1 : 0;
      counts.reusedChunks += written.isNew ? 0 : 1;
      counts.addedBytes += written.isNew ? written.ref.storedBytes : 0;
    }
  }

  return {
    push(entry) {
      const ended = cutter.push(entry);
      if (ended === undefined) return undefined;
      start(ended);
      return inFlight.length > IN_FLIGHT ? settleDownTo(IN_FLIGHT) : undefined;
    },
    async end() {
      const rest = cutter.rest();
      if (rest.length > 0) start(rest);
      await settleDownTo(0);
      return refs;
    },
    counts,
  };
}
