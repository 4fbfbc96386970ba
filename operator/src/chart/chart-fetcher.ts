/** A packaged chart as its source gave it. */
export interface FetchedChart {
  readonly bytes: Buffer;
  /** SHA-256 that the source promises, 64 hex digits; absent when it promises nothing. */
  readonly promisedDigest?: string;
}

/** One kind of source. Throws as `ChartSource.resolve` does; nothing is cached here. */
export interface ChartFetcher {
  /** Tells sources apart in the cache; holds no credentials. Absent: the source is as near as the cache. */
  readonly cacheKey?: string;
  fetch(version: string, signal: AbortSignal): Promise<FetchedChart>;
}

/** The only chart that is ever installed. */
export const CHART_NAME = "vcluster";

/** The largest packaged chart that is read. */
export const MAX_ARCHIVE_BYTES: number = 20 * 1024 * 1024;
