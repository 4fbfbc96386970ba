import { assertKey, assertPrefix } from "../key.ts";
import { LARGEST_READ_BYTES, type ObjectStore } from "../object-store.ts";
import { discardUploads } from "./discard-uploads.ts";
import { downloadParts } from "./download-parts.ts";
import { downloadWhole } from "./download-whole.ts";
import { list } from "./list.ts";
import { put, putIfAbsent } from "./put.ts";
import { putStream } from "./put-stream.ts";
import { remove } from "./remove.ts";
import { createS3Calls, type Target } from "./s3-calls.ts";
import type { S3Config } from "./s3-config.ts";

/** Objects in a bucket of S3, or of what speaks its protocol. */
export function createS3Store(config: S3Config): ObjectStore {
  const calls = createS3Calls(config);
  const at = (key: string, signal: AbortSignal | undefined): Target => {
    assertKey(key);
    return { key, objectName: config.prefix + key, signal };
  };
  return {
    get: async (key, { signal, maxBytes = LARGEST_READ_BYTES } = {}) =>
      await downloadWhole(calls, at(key, signal), maxBytes),
    put: async (key, bytes, { signal, ifAbsent = false } = {}) => {
      await (ifAbsent ? putIfAbsent : put)(calls, at(key, signal), bytes);
    },
    putStream: async (key, parts, { signal } = {}) =>
      await putStream(calls, at(key, signal), parts),
    // Of what others wrote, under whatever name.
    getStream: (key, { signal } = {}) =>
      downloadParts(calls, { key, objectName: config.prefix + key, signal }),
    list: (prefix, { signal } = {}) => {
      assertPrefix(prefix);
      return list(calls, { root: config.prefix, prefix, signal });
    },
    delete: async (keys, { signal } = {}) => {
      await remove(
        calls,
        keys.map((key) => at(key, signal)),
      );
    },
    discardUnfinished: async (before, { signal } = {}) =>
      await discardUploads(calls, { prefix: config.prefix, before, signal }),
  };
}
