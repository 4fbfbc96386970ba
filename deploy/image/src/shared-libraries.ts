import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";

/** A shared library of this machine. */
export interface SharedLibrary {
  /** Absolute path by which programs ask for it. */
  readonly path: string;
  /** The file itself, behind all links. */
  readonly file: string;
}

/**
 * What a dynamically linked program loads, its loader included, in the order of their paths.
 * @throws Error when the machine lacks one of them, or `ldd`
 */
export function sharedLibrariesOf(program: string): readonly SharedLibrary[] {
  const listed = execFileSync("ldd", [program], { encoding: "utf8" });
  const missing = /^\s*(\S+) => not found$/m.exec(listed);
  if (missing) throw new Error(`${program} needs ${missing[1] ?? ""}, which this machine lacks`);
  return librariesIn(listed).map((path) => ({ path, file: realpathSync(path) }));
}

/** Paths in what `ldd` says; the kernel's own library has none. Pure. */
export function librariesIn(listed: string): readonly string[] {
  return [...listed.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)$/gm)]
    .map(([, path = ""]) => path)
    .sort();
}
