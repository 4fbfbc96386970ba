import { createHash } from "node:crypto";
import { completeUpload, type SentPart } from "./complete-upload.ts";
import type { S3Calls, Target } from "./s3-calls.ts";

const BLOCKS_IN_FLIGHT = 2;

/** An object that comes into being when its upload is completed. */
export interface MultipartUpload {
  /** Sends the next block, of at least 5 MiB but for the last; resolves when there is room for another one. */
  add(block: Buffer): Promise<void>;
  complete(): Promise<void>;
  /** Gives up what was sent. */
  abort(): Promise<void>;
}

/** Begins an upload; it must be completed or aborted. */
export async function beginUpload(calls: S3Calls, target: Target): Promise<MultipartUpload> {
  const { key, objectName } = target;
  const { bucket } = calls;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(target.signal ? [target.signal] : [])]);
  const uploadId = await calls.call(key, signal, (client) =>
    client.initiateNewMultipartUpload(bucket, objectName, {}),
  );
  const inFlight = new Set<Promise<void>>();
  const sent: SentPart[] = [];
  let failure: { readonly error: unknown } | undefined;
  let parts = 0;

  const send = async (part: number, block: Buffer): Promise<void> => {
    const { headers } = await calls.call(key, signal, (client) =>
      client.makeRequestAsyncOmit(
        {
          method: "PUT",
          bucketName: bucket,
          objectName,
          query: `partNumber=${part}&uploadId=${encodeURIComponent(uploadId)}`,
          headers: { "content-md5": createHash("md5").update(block).digest("base64") },
        },
        block,
      ),
    );
    sent.push({ part, etag: (headers.etag ?? "").replaceAll('"', "") });
  };

  const assertGoing = (): void => {
    if (failure !== undefined) throw failure.error;
  };

  return {
    add: async (block) => {
      assertGoing();
      parts += 1;
      const sending = send(parts, block)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => inFlight.delete(sending));
      inFlight.add(sending);
      if (inFlight.size >= BLOCKS_IN_FLIGHT) await Promise.race(inFlight);
      assertGoing();
    },
    complete: async () => {
      await Promise.all(inFlight);
      assertGoing();
      sent.sort((a, b) => a.part - b.part);
      await completeUpload(calls, { key, objectName, signal, uploadId, sent });
    },
    abort: async () => {
      stop.abort();
      await Promise.all(inFlight);
      // What made us give up is told; what cannot be removed now is discarded when it is old.
      await calls
        .call(key, undefined, (client) => client.abortMultipartUpload(bucket, objectName, uploadId))
        .catch(() => undefined);
    },
  };
}
