/** Where chunks end. The same everywhere and for ever, or equal data would not make equal chunks. */
export interface Cutting {
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Of so many keys one starts a chunk by itself; a power of two. */
  readonly oneKeyIn: number;
}

/** Some 512 KiB for what clusters hold. */
export const CUTTING: Cutting = { minBytes: 128 << 10, maxBytes: 2 << 20, oneKeyIn: 128 };

export interface Cutter<T> {
  /** Takes the next entry; returns the chunk that ended before it, if one did. */
  push(entry: T): readonly T[] | undefined;
  /** The entries that were not given out yet; it is empty then. */
  rest(): readonly T[];
  /** Whether the next entry starts a chunk whatever came before. */
  readonly isEmpty: boolean;
}

/**
 * Cuts a sequence of entries, in key order, into chunks.
 *
 * A chunk that is large enough ends where the next key says so or belongs to another resource.
 * Values have no say, so that a changed value changes one chunk and moves no boundary.
 */
export function createCutter<T extends { readonly key: Uint8Array }>(
  sizeOf: (entry: T) => number,
  { minBytes, maxBytes, oneKeyIn }: Cutting = CUTTING,
): Cutter<T> {
  let entries: T[] = [];
  let bytes = 0;

  function rest(): readonly T[] {
    const chunk = entries;
    entries = [];
    bytes = 0;
    return chunk;
  }

  function endsBefore(key: Uint8Array, size: number): boolean {
    const last = entries.at(-1);
    if (last === undefined) return false;
    if (bytes + size > maxBytes) return true;
    return bytes >= minBytes && (hash(key) % oneKeyIn === 0 || startsResource(last.key, key));
  }

  return {
    push(entry) {
      const size = sizeOf(entry);
      const ended = endsBefore(entry.key, size) ? rest() : undefined;
      entries.push(entry);
      bytes += size;
      return ended;
    },
    rest,
    get isEmpty() {
      return entries.length === 0;
    },
  };
}

const SLASH = 0x2f;
/** `/registry/RESOURCE/` ends with its third slash. */
const SLASHES_OF_RESOURCE = 3;

/** Whether a key's resource is another than that of the key before it. */
function startsResource(before: Uint8Array, key: Uint8Array): boolean {
  let slashes = 0;
  for (let at = 0; at < key.length && slashes < SLASHES_OF_RESOURCE; at += 1) {
    if (key[at] !== before[at]) return true;
    if (key[at] === SLASH) slashes += 1;
  }
  return false;
}

/** FNV-1a with the last step of MurmurHash3, without which similar keys share their low bits. */
function hash(key: Uint8Array): number {
  let h = 0x811c9dc5;
  for (const byte of key) h = Math.imul(h ^ byte, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
