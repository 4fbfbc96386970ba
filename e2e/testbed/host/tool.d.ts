import type { Progress } from "../progress.ts";
/** Path of a program of this machine. Root's are often not on the PATH of the program that calls us. */
export declare function findTool(name: string): string | undefined;
/** Whether the file is a program that we may run. */
export declare function isExecutable(path: string): boolean;
/**
 * Installs Debian packages, as root on Debian; elsewhere does nothing. Whoever needs them looks again: a package that
 * could not be installed is still missing then.
 */
export declare function installPackages(
  packages: readonly string[],
  progress: Progress,
): Promise<void>;
//# sourceMappingURL=tool.d.ts.map
