import type { ChunkKind } from "../format/chunk.ts";
import type { EntryCodec } from "../format/entry-codec.ts";
import { keyText } from "../format/key-text.ts";
import type { ChunkRef } from "../format/manifest.ts";
import { readChunk } from "../repository/chunks.ts";
import type { Repository } from "../repository/repository.ts";
import type { KeyRange } from "../source/kv-store.ts";
import type { StoreCall } from "../store/object-store.ts";

/** Which entries of a layer to read. */
export interface LayerReading<T> extends StoreCall {
  readonly kind: ChunkKind;
  readonly codec: EntryCodec<T>;
  /** Absent: all. */
  readonly range?: KeyRange;
  /** Chunks on their way while one is looked at. */
  readonly ahead: number;
}

/** The entries of consecutive chunks, chunk by chunk; those outside the range are not fetched. */
export async function* readLayer<T extends { readonly key: Uint8Array }>(
  repository: Repository,
  chunks: readonly ChunkRef[],
  { kind, codec, range, ahead, signal }: LayerReading<T>,
): AsyncGenerator<readonly T[]> {
  const wanted = range === undefined ? chunks : chunks.filter((chunk) => touches(chunk, range));
  const call = signal === undefined ? {} : { signal };
  const pending: Promise<readonly T[]>[] = [];
  for (let next = 0; next < wanted.length || pending.length > 0; ) {
    for (; pending.length <= ahead && next < wanted.length; next += 1) {
      const ref = wanted[next];
      if (ref === undefined) continue;
      const reading = readChunk(repository, ref, { kind, codec }, call);
      // A failure is seen when its turn comes; until then it must not count as unheard.
      reading.catch(() => undefined);
      pending.push(reading);
    }
    const entries = (await pending.shift()) ?? [];
    yield range === undefined ? entries : entries.filter(({ key }) => isWithin(key, range));
  }
}

function touches({ first, last }: ChunkRef, { from, to }: KeyRange): boolean {
  return last >= keyText(from) && first < keyText(to);
}

function isWithin(key: Uint8Array, { from, to }: KeyRange): boolean {
  return Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0;
}
