import type { IncomingMessage } from "node:http";
import { ObjectStoreError } from "../object-store.ts";
import type { Exchange } from "./exchange.ts";
import type { S3Calls, Target } from "./s3-calls.ts";
import { s3Error } from "./s3-error.ts";

/** A connection may break this often in a row without a byte more. */
const BREAKS_WITHOUT_PROGRESS = 5;

/** What is read of the object so far. */
interface Progress {
  bytes: number;
  /** Of the object at the first byte. */
  etag: string | undefined;
}

interface Opened {
  readonly response: IncomingMessage;
  readonly exchange: Exchange;
}

/** Reads an object part by part, and goes on where a connection broke if it is the same object still. */
export async function* downloadParts(calls: S3Calls, target: Target): AsyncGenerator<Uint8Array> {
  const progress: Progress = { bytes: 0, etag: undefined };
  for (let breaks = 0; ; ) {
    const before = progress.bytes;
    try {
      yield* downloadRest(calls, target, progress);
      return;
    } catch (error) {
      breaks = progress.bytes > before ? 1 : breaks + 1;
      const mayGoOn = error instanceof ObjectStoreError && error.code === "Unavailable";
      if (!mayGoOn || breaks > BREAKS_WITHOUT_PROGRESS) throw error;
    }
  }
}

async function* downloadRest(
  calls: S3Calls,
  target: Target,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  const { key, signal } = target;
  const { response, exchange } = await open(calls, target, progress);
  progress.etag ??= response.headers.etag;
  const chunks = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const chunk = await nextOf(chunks, key, signal);
      if (chunk.done === true) return;
      progress.bytes += chunk.value.byteLength;
      exchange.hold();
      yield chunk.value;
      exchange.release();
      signal?.throwIfAborted();
    }
  } finally {
    response.destroy();
  }
}

async function open(calls: S3Calls, target: Target, progress: Progress): Promise<Opened> {
  const { key, objectName, signal } = target;
  const isFirst = progress.etag === undefined;
  try {
    return await calls.call(key, signal, async (client, exchange) => {
      const response = await client.makeRequestAsync(
        {
          method: "GET",
          bucketName: calls.bucket,
          objectName,
          headers: isFirst
            ? {}
            : { range: `bytes=${progress.bytes}-`, "if-match": progress.etag ?? "" },
        },
        "",
        [isFirst ? 200 : 206],
      );
      return { response, exchange };
    });
  } catch (error) {
    if (isFirst || !(error instanceof ObjectStoreError) || error.code !== "AlreadyExists") {
      throw error;
    }
    const message = `${key} was replaced while it was read`;
    throw new ObjectStoreError("Corrupt", key, message, { cause: error });
  }
}

async function nextOf(
  chunks: AsyncIterator<Buffer>,
  key: string,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Buffer>> {
  try {
    return await chunks.next();
  } catch (error) {
    signal?.throwIfAborted();
    throw s3Error(key, error, undefined);
  }
}
