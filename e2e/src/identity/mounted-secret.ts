import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of files that changes as the kubelet changes a mounted Secret: all files at once. */
export interface MountedSecret {
  /** Where a file is, whatever its version. */
  path(name: string): string;
  publish(files: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the folder; nothing is in it before the first publication. */
export async function mountSecret(): Promise<MountedSecret> {
  const directory = await mkdtemp(join(tmpdir(), "open-vcluster-secret-"));
  const current = join(directory, "current");
  let version = 0;
  return {
    path: (name) => join(current, name),
    publish: async (files) => {
      version += 1;
      const folder = join(directory, String(version));
      await mkdir(folder);
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      await symlink(folder, `${current}.next`);
      await rename(`${current}.next`, current);
    },
    remove: () => rm(directory, { recursive: true }),
  };
}
