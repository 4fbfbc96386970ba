import { KvError } from "./kv-error.ts";
import type { KvEntry } from "./kv-store.ts";

const EMPTY: Uint8Array = new Uint8Array();
const TOO_LONG = 70;

/** Reads `mvccpb.KeyValue`. Key and value are views of the given bytes. Pure. */
export function parseKeyValue(bytes: Uint8Array): KvEntry {
  const cursor = { bytes, at: 0 };
  const entry = {
    key: EMPTY,
    value: EMPTY,
    createRevision: 0,
    modRevision: 0,
    version: 0,
    lease: 0n,
  };
  while (cursor.at < bytes.length) {
    const tag = Number(readVarint(cursor));
    if (tag === 0x0a) entry.key = readBytes(cursor);
    else if (tag === 0x10) entry.createRevision = Number(readVarint(cursor));
    else if (tag === 0x18) entry.modRevision = Number(readVarint(cursor));
    else if (tag === 0x20) entry.version = Number(readVarint(cursor));
    else if (tag === 0x2a) entry.value = readBytes(cursor);
    else if (tag === 0x30) entry.lease = BigInt.asIntN(64, BigInt(readVarint(cursor)));
    else throw malformed();
  }
  return entry;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** A bigint only where a number would lose bits: bigints cost ten times as much. */
function readVarint(cursor: Cursor): number | bigint {
  let low = 0;
  let scale = 1;
  for (let shift = 0; shift < 49; shift += 7) {
    const byte = nextByte(cursor);
    low += (byte & 0x7f) * scale;
    if (byte < 0x80) return low;
    scale *= 0x80;
  }
  let all = BigInt(low);
  for (let shift = 49n; shift < TOO_LONG; shift += 7n) {
    const byte = nextByte(cursor);
    all |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return all;
  }
  throw malformed();
}

function readBytes(cursor: Cursor): Uint8Array {
  const length = Number(readVarint(cursor));
  const from = cursor.at;
  if (length > cursor.bytes.length - from) throw malformed();
  cursor.at = from + length;
  return cursor.bytes.subarray(from, cursor.at);
}

function nextByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw malformed();
  cursor.at += 1;
  return byte;
}

function malformed(): KvError {
  return new KvError("Failed", "the store's answer holds a malformed key");
}
