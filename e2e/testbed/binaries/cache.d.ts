/** Folder with one Go module for each group of programs. */
export declare const GO_MODULES: string;
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
export declare function cacheFor(cacheRoot: string): Cache;
//# sourceMappingURL=cache.d.ts.map
