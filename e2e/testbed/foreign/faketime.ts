import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TestbedError } from "../failure.ts";
import { installPackages } from "../host/tool.ts";
import type { Progress } from "../progress.ts";

const LIBRARY = "faketime/libfaketime.so.1";
const ROOTS = ["/usr/lib", "/usr/lib64", "/usr/local/lib"];

/**
 * Path of libfaketime, which gives a process another clock; as root on Debian it is installed if there is none.
 *
 * @throws TestbedError `FaketimeMissing` with what to install
 */
export async function locateFaketime(progress: Progress): Promise<string> {
  const found = library();
  if (found !== undefined) return found;
  await installPackages(["libfaketime"], progress);
  const installed = library();
  if (installed !== undefined) return installed;
  throw new TestbedError(
    "FaketimeMissing",
    "libfaketime is needed to test clocks that jump. Install it (Debian package libfaketime).",
  );
}

/** Debian has it below a directory that is named after the machine's architecture. */
function library(): string | undefined {
  return ROOTS.filter(existsSync)
    .flatMap((root) => [root, ...readdirSync(root).map((name) => join(root, name))])
    .map((directory) => join(directory, LIBRARY))
    .find(existsSync);
}
