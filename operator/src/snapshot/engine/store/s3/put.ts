import { createHash } from "node:crypto";
import { ObjectStoreError } from "../object-store.ts";
import { downloadWhole } from "./download-whole.ts";
import type { S3Calls, Target } from "./s3-calls.ts";

/** Writes an object in one request. */
export async function put(
  calls: S3Calls,
  { key, objectName, signal }: Target,
  bytes: Uint8Array,
  condition: Readonly<Record<string, string>> = {},
): Promise<void> {
  const headers = {
    ...condition,
    "content-md5": createHash("md5").update(bytes).digest("base64"),
    "x-amz-checksum-sha256": createHash("sha256").update(bytes).digest("base64"),
  };
  const payload = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  await calls.call(key, signal, (client) =>
    client.makeRequestAsyncOmit(
      { method: "PUT", bucketName: calls.bucket, objectName, headers: { ...headers } },
      payload,
    ),
  );
}

/** As {@link put}, if there is none; the store decides between writers. */
export async function putIfAbsent(calls: S3Calls, to: Target, bytes: Uint8Array): Promise<void> {
  let tries = 0;
  const counted: S3Calls = {
    ...calls,
    call: (key, signal, act) =>
      calls.call(key, signal, (client, exchange) => {
        tries += 1;
        return act(client, exchange);
      }),
  };
  try {
    await put(counted, to, bytes, { "if-none-match": "*" });
  } catch (error) {
    const isTaken = error instanceof ObjectStoreError && error.code === "AlreadyExists";
    // A try whose answer was lost may have been the one that wrote it.
    if (!isTaken || tries === 1 || !(await holds(calls, to, bytes))) throw error;
  }
}

async function holds(calls: S3Calls, at: Target, bytes: Uint8Array): Promise<boolean> {
  const found = await downloadWhole(calls, at, bytes.byteLength).catch(() => undefined);
  return found !== undefined && Buffer.compare(found, bytes) === 0;
}
