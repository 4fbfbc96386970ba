import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { isKey } from "../key.ts";
import type { ObjectInfo } from "../object-store.ts";
import { systemCode } from "./file-error.ts";

/** The files below `root` whose key starts with `prefix`, in the order of their keys; other names are passed over. */
export async function* walk(root: string, prefix: string): AsyncGenerator<ObjectInfo> {
  // A root that is not there holds nothing that is known, which is not the same as nothing.
  await stat(root);
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  yield* walkFolder({ root, folder, prefix });
}

interface Walked {
  readonly root: string;
  /** Empty, or ends in a slash. */
  readonly folder: string;
  readonly prefix: string;
}

async function* walkFolder(walked: Walked): AsyncGenerator<ObjectInfo> {
  const { root, folder, prefix } = walked;
  for (const name of await namesIn(path.join(root, folder))) {
    const key = folder + name;
    if (!key.startsWith(prefix)) continue;
    if (name.endsWith("/")) {
      yield* walkFolder({ ...walked, folder: key });
      continue;
    }
    const found = await unlessGone(stat(path.join(root, key)));
    if (found !== undefined) yield { key, size: found.size, modifiedAt: found.mtime };
  }
}

/** Those of directories end in a slash, by which they take their place in the order of keys. */
async function namesIn(directory: string): Promise<readonly string[]> {
  const entries = (await unlessGone(readdir(directory, { withFileTypes: true }))) ?? [];
  return entries.flatMap(nameOf).sort((a, b) => (a < b ? -1 : 1));
}

function nameOf(entry: Dirent): readonly string[] {
  if (!isKey(entry.name)) return [];
  if (entry.isDirectory()) return [`${entry.name}/`];
  return entry.isFile() ? [entry.name] : [];
}

async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}
