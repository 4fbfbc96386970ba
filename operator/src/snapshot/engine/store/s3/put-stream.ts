import { blocksOf } from "./blocks.ts";
import { beginUpload, type MultipartUpload } from "./multipart.ts";
import { put } from "./put.ts";
import type { S3Calls, Target } from "./s3-calls.ts";

/** Two of them are on their way at once, and a third one is filled. */
const BLOCK_BYTES = 8 * 1024 * 1024;

/** Writes an object of unknown length: in one request if it is small, else as an upload of many. */
export async function putStream(
  calls: S3Calls,
  to: Target,
  parts: AsyncIterable<Uint8Array>,
): Promise<number> {
  to.signal?.throwIfAborted();
  let upload: MultipartUpload | undefined;
  let size = 0;
  try {
    for await (const block of blocksOf(parts, BLOCK_BYTES)) {
      size += block.byteLength;
      if (upload === undefined && block.byteLength < BLOCK_BYTES) {
        await put(calls, to, block);
        return size;
      }
      upload ??= await beginUpload(calls, to);
      await upload.add(block);
    }
    await (upload === undefined ? put(calls, to, new Uint8Array()) : upload.complete());
    return size;
  } catch (error) {
    await upload?.abort();
    to.signal?.throwIfAborted();
    throw error;
  }
}
