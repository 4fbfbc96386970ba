import type { Progress } from "../progress.ts";
import type { Cache } from "./cache.ts";
/**
 * A folder with one packaged vcluster chart for each version, `vcluster-VERSION.tgz`. The chart is
 * the folder `chart/` of the Go module of the same version.
 * @returns the folder
 */
export declare function prepareCharts(
  helm: string,
  deps: {
    readonly cache: Cache;
    readonly progress: Progress;
  },
): Promise<string>;
//# sourceMappingURL=charts.d.ts.map
