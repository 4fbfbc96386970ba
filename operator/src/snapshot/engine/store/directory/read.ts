import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
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
    if (size <= maxBytes) return await handle.readFile();
    const message = `${key} has ${size} bytes, and at most ${maxBytes} are read`;
    throw new ObjectStoreError("TooLarge", key, message);
  } finally {
    await handle.close();
  }
}

export function readParts(file: string, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
  return createReadStream(file, {
    highWaterMark: READ_AT_ONCE_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
}
