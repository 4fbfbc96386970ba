import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PREFIX = "helm-";

/**
 * Calls `use` with a directory that only this user can read, and removes it afterwards.
 */
export async function withRunDirectory<T>(
  workDirectory: string,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  await mkdir(workDirectory, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(workDirectory, PREFIX));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Writes what Helm reads as values; JSON is YAML. Returns the file's path. */
export async function writeValues(directory: string, values: unknown): Promise<string> {
  const path = join(directory, "values.json");
  await writeFile(path, JSON.stringify(values), { mode: 0o600, flag: "wx" });
  return path;
}

/**
 * Removes run directories that a killed operator left behind. Younger ones may belong to a Helm process that still lives.
 *
 * @param olderThanMs - Epoch milliseconds.
 */
export async function removeStaleRuns(workDirectory: string, olderThanMs: number): Promise<void> {
  await mkdir(workDirectory, { recursive: true, mode: 0o700 });
  for (const name of await readdir(workDirectory)) {
    const path = join(workDirectory, name);
    const isOld = name.startsWith(PREFIX) && (await stat(path)).mtimeMs < olderThanMs;
    if (isOld) await rm(path, { recursive: true, force: true });
  }
}
