import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder with one Go module for each group of programs. */
export const GO_MODULES: string = join(import.meta.dirname, "..", "go");

/** Cached products of one set of go.mod files. */
export interface Cache {
  readonly root: string;
  readonly bin: string;
  readonly charts: string;
  readonly images: string;
  readonly locks: string;
}

/**
 * The cache for the current go.mod files; another version of any module has another cache.
 * @param cacheRoot - usually `~/.cache/open-vcluster`
 */
export function cacheFor(cacheRoot: string): Cache {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}\n`);
  for (const module of readdirSync(GO_MODULES).sort()) {
    hash.update(`${module}\n`).update(readFileSync(join(GO_MODULES, module, "go.mod")));
  }
  const root = join(cacheRoot, hash.digest("hex").slice(0, 16));
  const below = (name: string): string => join(root, name);
  return {
    root,
    bin: below("bin"),
    charts: below("charts"),
    images: below("images"),
    locks: below("locks"),
  };
}
