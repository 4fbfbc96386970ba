import { type ByteReader, MalformedError } from "./byte-reader.ts";
import { type ByteWriter, varintSize } from "./byte-writer.ts";
import type { IndexEntry, LayerEntry } from "./entry.ts";
import type { StoreRecord } from "./record.ts";

/** How entries of one sort are laid out in a chunk. */
export interface EntryCodec<T> {
  /** In bytes. */
  readonly sizeOf: (entry: T) => number;
  readonly write: (writer: ByteWriter, entry: T) => void;
  readonly read: (reader: ByteReader) => T;
}

const PUT = 0;
const TOMBSTONE = 1;
const LEASED = 2;
export const VALUE_HASH_BYTES = 16;

/** `flags | key length | value length, revisions, version, TTL of the lease | key | value`; a tombstone: `flags | key length | key`. */
export const LAYER_ENTRIES: EntryCodec<LayerEntry> = {
  sizeOf: (entry) =>
    sizeOfKey(entry.key) +
    (entry.value === undefined
      ? 0
      : entry.value.length + varintSize(entry.value.length) + sizeOfNumbers(entry)),
  write(writer, entry) {
    writer.byte(entry.value === undefined ? TOMBSTONE : PUT);
    writer.varint(entry.key.length);
    if (entry.value !== undefined) {
      writer.varint(entry.value.length);
      writer.varint(entry.createRevision);
      writer.varint(entry.modRevision);
      writer.varint(entry.version);
      writer.varint(entry.leaseTtl);
    }
    writer.put(entry.key);
    if (entry.value !== undefined) writer.put(entry.value);
  },
  read(reader) {
    const flags = reader.byte();
    const keyBytes = reader.varint();
    if (flags === TOMBSTONE) return { key: reader.take(keyBytes) };
    if (flags !== PUT) throw new MalformedError("an entry has unknown flags");
    const valueBytes = reader.varint();
    const createRevision = reader.varint();
    const modRevision = reader.varint();
    const version = reader.varint();
    const leaseTtl = reader.varint();
    const key = reader.take(keyBytes);
    return { key, value: reader.take(valueBytes), createRevision, modRevision, version, leaseTtl };
  },
};

/** `flags | key length | modification revision | value length | hash of the value | key`; a tombstone as above. */
export const INDEX_ENTRIES: EntryCodec<IndexEntry> = {
  sizeOf: (entry) =>
    sizeOfKey(entry.key) +
    (entry.valueHash === undefined
      ? 0
      : varintSize(entry.modRevision) + varintSize(entry.valueBytes) + VALUE_HASH_BYTES),
  write(writer, entry) {
    const isTombstone = entry.valueHash === undefined;
    writer.byte(isTombstone ? TOMBSTONE : entry.isLeased ? LEASED : PUT);
    writer.varint(entry.key.length);
    if (!isTombstone) {
      writer.varint(entry.modRevision);
      writer.varint(entry.valueBytes);
      writer.put(entry.valueHash);
    }
    writer.put(entry.key);
  },
  read(reader) {
    const flags = reader.byte();
    const keyBytes = reader.varint();
    if (flags === TOMBSTONE) return { key: reader.take(keyBytes) };
    if (flags !== PUT && flags !== LEASED) throw new MalformedError("an entry has unknown flags");
    const modRevision = reader.varint();
    const valueBytes = reader.varint();
    const valueHash = reader.take(VALUE_HASH_BYTES);
    const key = reader.take(keyBytes);
    return { key, modRevision, valueBytes, isLeased: flags === LEASED, valueHash };
  },
};

function sizeOfKey(key: Uint8Array): number {
  return 1 + varintSize(key.length) + key.length;
}

function sizeOfNumbers({ createRevision, modRevision, version, leaseTtl }: StoreRecord): number {
  return (
    varintSize(createRevision) +
    varintSize(modRevision) +
    varintSize(version) +
    varintSize(leaseTtl)
  );
}
