import { type FileHandle, link, rename, rm } from "node:fs/promises";
import path from "node:path";
import { makeDirectory, syncDirectory } from "./durable.ts";
import { systemCode } from "./file-error.ts";
import { openUnfinished } from "./unfinished.ts";

const TRIES_TO_PLACE = 10;

/** One file to write. */
export interface Writing {
  readonly root: string;
  readonly key: string;
  readonly parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly ifAbsent: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Writes the file beside its place, and moves it there when it is whole and on the disk. Resolves to its size. */
export async function writeWhole(writing: Writing): Promise<number> {
  const { file, handle } = await openUnfinished(writing.root);
  try {
    const size = await writeParts(handle, writing);
    writing.signal?.throwIfAborted();
    await place(file, writing);
    return size;
  } finally {
    await rm(file, { force: true });
  }
}

async function writeParts(handle: FileHandle, { parts, signal }: Writing): Promise<number> {
  try {
    let size = 0;
    for await (const part of parts) {
      signal?.throwIfAborted();
      await handle.writeFile(part);
      size += part.byteLength;
    }
    await handle.sync();
    return size;
  } finally {
    await handle.close();
  }
}

async function place(file: string, { root, key, ifAbsent }: Writing): Promise<void> {
  const target = path.join(root, key);
  const directory = path.dirname(target);
  for (let tries = 1; ; tries += 1) {
    await makeDirectory(directory);
    try {
      await (ifAbsent ? link(file, target) : rename(file, target));
      await syncDirectory(directory);
      return;
    } catch (error) {
      // A deletion beside us may have removed the directory, empty as it was.
      if (systemCode(error) !== "ENOENT" || tries === TRIES_TO_PLACE) throw error;
    }
  }
}
