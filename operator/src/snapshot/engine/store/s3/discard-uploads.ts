import type { S3Calls } from "./s3-calls.ts";

/** Which uploads to give up. */
export interface Discarding {
  readonly prefix: string;
  /** Those that began earlier. */
  readonly before: Date;
  readonly signal: AbortSignal | undefined;
}

/**
 * Aborts uploads that nobody completed; resolves to their number.
 *
 * MinIO tells of those that began since it was started; it removes older ones by itself.
 */
export async function discardUploads(
  calls: S3Calls,
  { prefix, before, signal }: Discarding,
): Promise<number> {
  let count = 0;
  let marker: readonly [key: string, uploadId: string] = ["", ""];
  for (;;) {
    const page = await calls.call(prefix, signal, (client) =>
      // MinIO takes a prefix for the whole key, unless it is empty.
      client.listIncompleteUploadsQuery(calls.bucket, "", ...marker, ""),
    );
    for (const { key, uploadId, initiated } of page.uploads) {
      if (!key.startsWith(prefix) || initiated >= before) continue;
      await calls.call(key, signal, (client) =>
        client.abortMultipartUpload(calls.bucket, key, encodeURIComponent(uploadId)),
      );
      count += 1;
    }
    if (!page.isTruncated) return count;
    marker = [page.nextKeyMarker, page.nextUploadIdMarker];
  }
}
