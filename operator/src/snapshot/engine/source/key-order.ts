import type { KeyRange } from "./kv-store.ts";

/** All that a virtual cluster keeps: keys below "/". */
export const ALL_KEYS: KeyRange = prefixRange(new TextEncoder().encode("/"));

/** The keys that start with a prefix. Pure. */
export function prefixRange(prefix: Uint8Array): KeyRange {
  return { from: prefix, to: endOf(prefix, prefix.length) };
}

/** The first key behind all that share these first bytes; empty (no end) where there is none. Pure. */
export function endOf(key: Uint8Array, length: number): Uint8Array {
  for (let at = Math.min(length, key.length) - 1; at >= 0; at -= 1) {
    const byte = key[at] ?? 0;
    if (byte === 0xff) continue;
    // Not slice: that of a Buffer is a view, and the key would change.
    const end = new Uint8Array(key.subarray(0, at + 1));
    end[at] = byte + 1;
    return end;
  }
  return new Uint8Array();
}

/** The first key behind a key. Pure. */
export function after(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}

/** Number of leading bytes that both share. Pure. */
export function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a[at] === b[at]) at += 1;
  return at;
}
