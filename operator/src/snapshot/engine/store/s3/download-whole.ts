import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ObjectStoreError } from "../object-store.ts";
import type { S3Calls, Target } from "./s3-calls.ts";

/** Reads an object into memory, and compares it with the digest that the store keeps, if it keeps one. */
export async function downloadWhole(
  calls: S3Calls,
  { key, objectName, signal }: Target,
  maxBytes: number,
): Promise<Uint8Array> {
  return await calls.call(key, signal, async (client) => {
    const response = await client.makeRequestAsync({
      method: "GET",
      bucketName: calls.bucket,
      objectName,
      headers: { "x-amz-checksum-mode": "ENABLED" },
    });
    const bytes = await readAtMost(response, key, maxBytes);
    const digest = response.headers["x-amz-checksum-sha256"];
    // A store that puts several uploads together gives a digest of digests, which ends in their number.
    if (typeof digest === "string" && !digest.includes("-")) assertDigest(key, bytes, digest);
    return bytes;
  });
}

async function readAtMost(
  response: IncomingMessage,
  key: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      const message = `${key} has more than ${maxBytes} bytes, which is all that is read`;
      throw new ObjectStoreError("TooLarge", key, message);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function assertDigest(key: string, bytes: Uint8Array, expected: string): void {
  if (createHash("sha256").update(bytes).digest("base64") === expected) return;
  const message = `${key}: the bytes that came are not those that were stored, by their SHA-256`;
  throw new ObjectStoreError("Corrupt", key, message);
}
