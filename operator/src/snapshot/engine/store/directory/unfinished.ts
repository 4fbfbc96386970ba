import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "./file-error.ts";

/** A file that is not whole yet. */
export interface Unfinished {
  readonly file: string;
  readonly handle: FileHandle;
}

/** Makes a file for what is not whole yet, in the file system of the store. */
export async function openUnfinished(root: string): Promise<Unfinished> {
  const file = path.join(folderOf(root), randomUUID());
  const create = async (): Promise<Unfinished> => ({ file, handle: await open(file, "wx", 0o600) });
  try {
    return await create();
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
  await makeFolder(root);
  return await create();
}

/** Removes files that nobody has written to since `before`; resolves to their number. */
export async function discardUnfinished(root: string, before: Date): Promise<number> {
  const folder = await makeFolder(root);
  let count = 0;
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined || found.mtime >= before) continue;
    await rm(file, { force: true });
    count += 1;
  }
  return count;
}

function folderOf(root: string): string {
  return path.join(root, ".unfinished");
}

/** Never made with its parents: a volume that is not mounted must not be replaced by the disk below it. */
async function makeFolder(root: string): Promise<string> {
  const folder = folderOf(root);
  try {
    await mkdir(folder);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
  return folder;
}
