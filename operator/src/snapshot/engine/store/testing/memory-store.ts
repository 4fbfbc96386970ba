import { assertKey, assertPrefix } from "../key.ts";
import {
  LARGEST_READ_BYTES,
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
} from "../object-store.ts";

interface Held {
  readonly bytes: Uint8Array;
  readonly modifiedAt: Date;
}

/** A store in memory with a clock of its own, for thousands of short lives of a repository. */
export function createMemoryStore(now = (): Date => new Date()): ObjectStore {
  const objects = new Map<string, Held>();

  const read = (key: string, maxBytes: number): Uint8Array => {
    assertKey(key);
    const held = objects.get(key);
    if (held === undefined) throw new ObjectStoreError("NotFound", key, `${key} does not exist`);
    if (held.bytes.length <= maxBytes) return Uint8Array.from(held.bytes);
    throw new ObjectStoreError("TooLarge", key, `${key} is too large`);
  };
  const write = (key: string, bytes: Uint8Array): void => {
    assertKey(key);
    objects.set(key, { bytes: Uint8Array.from(bytes), modifiedAt: now() });
  };

  return {
    get: async (key, { signal, maxBytes = LARGEST_READ_BYTES } = {}) => {
      signal?.throwIfAborted();
      return await Promise.resolve(read(key, maxBytes));
    },
    put: async (key, bytes, { signal, ifAbsent = false } = {}) => {
      signal?.throwIfAborted();
      if (ifAbsent && objects.has(key)) {
        throw new ObjectStoreError("AlreadyExists", key, `${key} exists already`);
      }
      write(key, bytes);
      await Promise.resolve();
    },
    putStream: async (key, parts, { signal } = {}) => {
      const taken: Uint8Array[] = [];
      for await (const part of parts) {
        signal?.throwIfAborted();
        taken.push(Uint8Array.from(part));
      }
      const bytes = Buffer.concat(taken);
      write(key, bytes);
      return bytes.length;
    },
    getStream: async function* (key, { signal } = {}) {
      signal?.throwIfAborted();
      yield await Promise.resolve(read(key, Number.POSITIVE_INFINITY));
    },
    list: (prefix, { signal } = {}) => {
      assertPrefix(prefix);
      return list(objects, prefix, signal);
    },
    delete: async (keys, { signal } = {}) => {
      signal?.throwIfAborted();
      for (const key of keys) objects.delete(key);
      await Promise.resolve();
    },
    discardUnfinished: () => Promise.resolve(0),
  };
}

async function* list(
  objects: ReadonlyMap<string, Held>,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectInfo> {
  signal?.throwIfAborted();
  for (const key of [...objects.keys()].sort()) {
    const held = objects.get(key);
    if (held === undefined || !key.startsWith(prefix)) continue;
    yield await Promise.resolve({ key, size: held.bytes.length, modifiedAt: held.modifiedAt });
  }
}
