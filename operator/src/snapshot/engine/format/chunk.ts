import { ByteReader, MalformedError } from "./byte-reader.ts";
import { ByteWriter, varintSize } from "./byte-writer.ts";
import type { EntryCodec } from "./entry-codec.ts";

/** What a chunk is for; its place in the list is its number in the bytes. */
const KINDS = ["base", "delta", "index", "blob"] as const;
export type ChunkKind = (typeof KINDS)[number];

export interface Chunk<T> {
  readonly kind: ChunkKind;
  /** At least one, in the order of their keys' bytes, no key twice. */
  readonly entries: readonly T[];
}

const MAGIC = Buffer.from("VCK1");

/** `"VCK1" | kind | count | first key | last key | entries`: the same entries always give the same bytes. Pure. */
export function encodeChunk<T extends { readonly key: Uint8Array }>(
  { kind, entries }: Chunk<T>,
  codec: EntryCodec<T>,
): Uint8Array {
  const ends = [entries[0]?.key ?? MAGIC, entries.at(-1)?.key ?? MAGIC];
  let size = MAGIC.length + 1 + varintSize(entries.length);
  for (const key of ends) size += varintSize(key.length) + key.length;
  for (const entry of entries) size += codec.sizeOf(entry);
  const writer = new ByteWriter(size);
  writer.put(MAGIC);
  writer.byte(KINDS.indexOf(kind));
  writer.varint(entries.length);
  for (const key of ends) {
    writer.varint(key.length);
    writer.put(key);
  }
  for (const entry of entries) codec.write(writer, entry);
  return writer.bytes;
}

/** Reads a chunk of any origin; keys and values are views of the bytes. Throws MalformedError. Pure. */
export function decodeChunk<T extends { readonly key: Uint8Array }>(
  bytes: Uint8Array,
  kind: ChunkKind,
  codec: EntryCodec<T>,
): Chunk<T> {
  const reader = new ByteReader(bytes);
  if (!MAGIC.equals(reader.take(MAGIC.length))) throw new MalformedError("is no chunk");
  if (KINDS[reader.byte()] !== kind) throw new MalformedError(`is no chunk of kind ${kind}`);
  const count = reader.varint();
  const first = reader.take(reader.varint());
  const last = reader.take(reader.varint());
  const entries: T[] = [];
  let previous: Uint8Array | undefined;
  while (reader.left > 0) {
    const entry = codec.read(reader);
    if (previous !== undefined && Buffer.compare(previous, entry.key) >= 0) {
      throw new MalformedError("its keys are not in order");
    }
    previous = entry.key;
    entries.push(entry);
  }
  const [head] = entries;
  if (head === undefined || previous === undefined || entries.length !== count) {
    throw new MalformedError(`holds ${entries.length} entries instead of ${count}`);
  }
  if (Buffer.compare(first, head.key) !== 0 || Buffer.compare(last, previous) !== 0) {
    throw new MalformedError("its first or last key is not the one that it names");
  }
  return { kind, entries };
}
