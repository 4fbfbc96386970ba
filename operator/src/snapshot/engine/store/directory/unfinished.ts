import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "./file-error.ts";

/** A path for a file that is not whole yet, in the file system of the store. */
export async function newUnfinished(root: string): Promise<string> {
  return path.join(await unfinishedFolder(root), randomUUID());
}

/** Removes files that nobody has written to since `before`; resolves to their number. */
export async function discardUnfinished(root: string, before: Date): Promise<number> {
  const folder = await unfinishedFolder(root);
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

/** Never made with its parents: a volume that is not mounted must not be replaced by the disk below it. */
async function unfinishedFolder(root: string): Promise<string> {
  const folder = path.join(root, ".unfinished");
  try {
    await mkdir(folder);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
  return folder;
}
