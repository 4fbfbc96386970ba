import { execFileSync } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A file system of its own, of a fixed size. */
export interface SmallVolume {
  readonly directory: string;
  remove(): Promise<void>;
}

/** Makes and mounts an ext4 file system in a file; needs root. */
export async function mountSmallVolume(bytes: number): Promise<SmallVolume> {
  const place = await mkdtemp(path.join(tmpdir(), "small-volume-"));
  const image = path.join(place, "image");
  const directory = await mkdtemp(path.join(place, "mount-"));
  const file = await open(image, "w");
  await file.truncate(bytes);
  await file.close();
  execFileSync("mkfs.ext4", ["-q", "-m", "0", image]);
  execFileSync("mount", ["-o", "loop", image, directory]);
  return {
    directory,
    remove: async () => {
      execFileSync("umount", [directory]);
      await rm(place, { recursive: true });
    },
  };
}
