import { isKey } from "../key.ts";
import type { ObjectInfo } from "../object-store.ts";
import type { S3Calls } from "./s3-calls.ts";

const LISTED_AT_ONCE = 1000;

/** What to list. */
export interface Listing {
  /** Prefix of the store. */
  readonly root: string;
  readonly prefix: string;
  readonly signal: AbortSignal | undefined;
}

/** Objects whose key starts with the prefix, in the order in which the store gives them: that of their bytes. */
export async function* list(
  calls: S3Calls,
  { root, prefix, signal }: Listing,
): AsyncGenerator<ObjectInfo> {
  for (let token = ""; ; ) {
    const page = await calls.call(prefix, signal, (client) =>
      client.listObjectsV2Query(calls.bucket, root + prefix, token, "", LISTED_AT_ONCE, ""),
    );
    for (const { name, size, lastModified } of page.objects) {
      const key = name?.slice(root.length) ?? "";
      if (lastModified === undefined || !isKey(key)) continue;
      yield { key, size, modifiedAt: lastModified };
      signal?.throwIfAborted();
    }
    if (!page.isTruncated) return;
    token = page.nextContinuationToken;
  }
}
