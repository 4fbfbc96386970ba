import { stat } from "node:fs/promises";
import path from "node:path";
import { assertKey, assertPrefix } from "../key.ts";
import { LARGEST_READ_BYTES, type ObjectStore, ObjectStoreError } from "../object-store.ts";
import { fileError } from "./file-error.ts";
import { watchParts } from "./parts.ts";
import { readParts, readWhole } from "./read.ts";
import { removeFile } from "./remove.ts";
import { discardUnfinished } from "./unfinished.ts";
import { walk } from "./walk.ts";
import { writeWhole } from "./write.ts";

/**
 * Objects as files below a directory that must exist, such as a mounted volume.
 *
 * A write is on the disk when it resolves. Files have the mode 0600.
 *
 * @param directory - an absolute path
 */
export function createDirectoryStore(directory: string): ObjectStore {
  const root = path.resolve(directory);
  return {
    get: async (key, { signal, maxBytes = LARGEST_READ_BYTES } = {}) => {
      assertKey(key);
      return await told({ root, key, signal }, () =>
        readWhole({ file: path.join(root, key), key, maxBytes }),
      );
    },
    put: async (key, bytes, { signal, ifAbsent = false } = {}) => {
      assertKey(key);
      await told({ root, key, signal }, () =>
        writeWhole({ root, key, parts: [bytes], ifAbsent, signal }),
      );
    },
    putStream: async (key, source, { signal } = {}) => {
      assertKey(key);
      const parts = watchParts(source);
      return await told({ root, key, signal, isOurs: () => !parts.failed() }, () =>
        writeWhole({ root, key, parts, ifAbsent: false, signal }),
      );
    },
    getStream: (key, { signal } = {}) => {
      assertKey(key);
      return toldEach({ root, key, signal }, () => readParts(path.join(root, key), signal));
    },
    list: (prefix, { signal } = {}) => {
      assertPrefix(prefix);
      return toldEach({ root, key: prefix, signal }, () => walk(root, prefix));
    },
    delete: async (keys, { signal } = {}) => {
      keys.forEach(assertKey);
      for (const key of keys) {
        await told({ root, key, signal }, () => removeFile(root, key));
      }
    },
    discardUnfinished: async (before, { signal } = {}) =>
      await told({ root, key: "", signal }, () => discardUnfinished(root, before)),
  };
}

/** A call on files, as far as its failure concerns. */
interface Call {
  readonly root: string;
  readonly key: string;
  readonly signal: AbortSignal | undefined;
  /** Whether a failure is one of the file system. */
  readonly isOurs?: () => boolean;
}

async function told<T>(call: Call, act: () => Promise<T>): Promise<T> {
  call.signal?.throwIfAborted();
  try {
    return await act();
  } catch (error) {
    throw await explain(call, error);
  }
}

async function* toldEach<T>(call: Call, act: () => AsyncIterable<T>): AsyncGenerator<T> {
  try {
    call.signal?.throwIfAborted();
    for await (const item of act()) {
      yield item;
      call.signal?.throwIfAborted();
    }
  } catch (error) {
    throw await explain(call, error);
  }
}

async function explain(call: Call, error: unknown): Promise<unknown> {
  if (call.signal?.aborted === true) return call.signal.reason;
  if (call.isOurs?.() === false) return error;
  const failure = fileError(call.key, error);
  if (failure.code !== "NotFound" || (await isDirectory(call.root))) return failure;
  const message = `The directory ${call.root} does not exist`;
  return new ObjectStoreError("NoBucket", call.key, message, { cause: error });
}

async function isDirectory(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
