import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Progress } from "../progress.ts";
import { tryCommand } from "./command.ts";

/** Path of a program of this machine. Root's are often not on the PATH of the program that calls us. */
export function findTool(name: string): string | undefined {
  const path = `${process.env["PATH"] ?? ""}${delimiter}/usr/sbin${delimiter}/sbin`;
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

/** Whether the file is a program that we may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Installs Debian packages, as root on Debian; elsewhere does nothing. Whoever needs them looks again: a package that
 * could not be installed is still missing then.
 */
export async function installPackages(
  packages: readonly string[],
  progress: Progress,
): Promise<void> {
  const aptGet = findTool("apt-get");
  if (packages.length === 0 || process.getuid?.() !== 0 || aptGet === undefined) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await progress.step(`Installing ${packages.join(", ")} with apt-get`, async () => {
    await tryCommand(aptGet, ["update", "-qq"], { env });
    const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
    await tryCommand(aptGet, install, { env });
  });
}
