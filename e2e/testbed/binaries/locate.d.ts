import type { Progress } from "../progress.ts";
import type { Cache } from "./cache.ts";
import { type BinaryName } from "./catalog.ts";
/** Absolute path of each program that was asked for. */
export type Binaries<N extends BinaryName> = Readonly<Record<N, string>>;
interface Deps {
  readonly cache: Cache;
  readonly progress: Progress;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}
/**
 * Finds programs: the directory in `OPEN_VCLUSTER_BIN`, the cache, `PATH` where the version fits;
 * what is missing is built into the cache. Two processes never build at once.
 */
export declare function locateBinaries<N extends BinaryName>(
  names: readonly N[],
  deps: Deps,
): Promise<Binaries<N>>;
export {};
//# sourceMappingURL=locate.d.ts.map
