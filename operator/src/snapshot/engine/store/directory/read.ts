import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ObjectStoreError } from "../object-store.ts";

const READ_AT_ONCE_BYTES = 1 << 20;

/** One file to read. */
export interface Reading {
  readonly file: string;
  readonly key: string;
  readonly maxBytes: number;
}

export async function readWhole({ file, key, maxBytes }: Reading): Promise<Uint8Array> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    if (size <= maxBytes) return await readBytes(handle, size);
    const message = `${key} has ${size} bytes, and at most ${maxBytes} are read`;
    throw new ObjectStoreError("TooLarge", key, message);
  } finally {
    await handle.close();
  }
}

/** In one read as a rule; `readFile` of a handle asks for the size again and reads once more for the end. */
async function readBytes(handle: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at);
    if (bytesRead === 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  return bytes;
}

export function readParts(file: string, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
  return createReadStream(file, {
    highWaterMark: READ_AT_ONCE_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
}
