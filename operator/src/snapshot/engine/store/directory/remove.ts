import { rmdir, unlink } from "node:fs/promises";
import path from "node:path";
import { syncDirectory } from "./durable.ts";
import { systemCode } from "./file-error.ts";

/** Removes the file if there is one, and then the directories that it leaves empty, but for the root. */
export async function removeFile(root: string, key: string): Promise<void> {
  const file = path.join(root, key);
  if (!(await succeeds(unlink(file), ["ENOENT", "ENOTDIR", "EISDIR"]))) return;
  let directory = path.dirname(file);
  while (directory.length > root.length) {
    if (!(await succeeds(rmdir(directory), ["ENOTEMPTY", "EEXIST", "ENOENT", "EBUSY"]))) break;
    directory = path.dirname(directory);
  }
  // What is deleted later may count on this deletion: manifests go before what they refer to.
  await succeeds(syncDirectory(directory), ["ENOENT"]);
}

/** Whether it was done; the failures of these names are none. */
async function succeeds(act: Promise<void>, expected: readonly string[]): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    if (expected.includes(systemCode(error))) return false;
    throw error;
  }
}
