import { createHash } from "node:crypto";
import { ObjectStoreError } from "../object-store.ts";
import type { S3Calls } from "./s3-calls.ts";

/** A part that the store confirmed. */
export interface SentPart {
  /** From 1. */
  readonly part: number;
  /** Hexadecimal, without quotes. */
  readonly etag: string;
}

/** An upload whose parts were all sent. */
export interface SentUpload {
  readonly key: string;
  readonly objectName: string;
  readonly uploadId: string;
  /** In their order. */
  readonly sent: readonly SentPart[];
  readonly signal: AbortSignal;
}

/** Makes the object of its parts. */
export async function completeUpload(calls: S3Calls, upload: SentUpload): Promise<void> {
  const { key, objectName, uploadId, signal } = upload;
  let tries = 0;
  try {
    await calls.call(key, signal, async (client, exchange) => {
      tries += 1;
      try {
        await client.completeMultipartUpload(calls.bucket, objectName, uploadId, [...upload.sent]);
      } catch (error) {
        // The store may find out that it cannot after it has said that it could.
        if (exchange.status() !== 200) throw error;
        const message = `${key}: the store did not put the parts together`;
        throw new ObjectStoreError("Unavailable", key, message, { cause: error });
      }
    });
  } catch (error) {
    // A try whose answer was lost may have been the one that did it.
    if (tries === 1 || !(await isThere(calls, upload))) throw error;
  }
}

async function isThere(calls: S3Calls, upload: SentUpload): Promise<boolean> {
  const { key, objectName, sent, signal } = upload;
  const whole = createHash("md5");
  for (const { etag } of sent) whole.update(etag, "hex");
  const found = await calls
    .call(key, signal, (client) => client.statObject(calls.bucket, objectName))
    .catch(() => undefined);
  return found?.etag === `${whole.digest("hex")}-${sent.length}`;
}
