import type { Progress } from "../progress.ts";
import { type Cache } from "./cache.ts";
import { type BinaryName, type BuildGroup } from "./catalog.ts";
/**
 * Builds one group of programs with Go into the cache. Each file appears there by rename, so a
 * killed build leaves nothing half-made. `go build` uses all cores itself, so groups run in turn.
 * @throws TestbedError `BuildFailed` with what Go said.
 */
export declare function buildGroup(
  group: BuildGroup,
  names: readonly BinaryName[],
  deps: {
    readonly cache: Cache;
    readonly progress: Progress;
    readonly signal?: AbortSignal;
  },
): Promise<void>;
/** Whether a program reports exactly the wanted version. */
export declare function fitsVersion(name: BinaryName, path: string): Promise<boolean>;
//# sourceMappingURL=build.d.ts.map
