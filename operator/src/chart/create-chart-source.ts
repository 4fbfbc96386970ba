import { createCachedSource } from "./chart-cache.ts";
import type { ChartFetcher } from "./chart-fetcher.ts";
import type { ChartSource } from "./chart-source.ts";
import { createFolderFetcher } from "./folder.ts";
import type { SourceAccess } from "./http.ts";
import { createRegistryFetcher } from "./registry.ts";
import { createRepositoryFetcher } from "./repository.ts";
import { parseChartSource, type SourceLocation } from "./source-config.ts";

/** Configuration of the chart source. */
export interface ChartSourceConfig {
  /** `folder:/path`, `https://host/path` or `oci://host/repository`; see {@link parseChartSource}. */
  readonly location: string;
  /** Allows a source without TLS that is not loopback. */
  readonly plainHttp: boolean;
  readonly access: SourceAccess;
  /** Where fetched charts are kept. */
  readonly cacheDirectory: string;
}

/**
 * The chart source that the configuration names. Nothing is fetched yet.
 *
 * @throws `Failure` of kind invalid, reason `ChartSourceInvalid`.
 */
export function createChartSource(config: ChartSourceConfig): ChartSource {
  const location = parseChartSource(config.location, config.plainHttp);
  return createCachedSource(fetcherFor(location, config.access), config.cacheDirectory);
}

function fetcherFor(location: SourceLocation, access: SourceAccess): ChartFetcher {
  switch (location.kind) {
    case "folder":
      return createFolderFetcher(location.directory);
    case "repository":
      return createRepositoryFetcher(location.base, access);
    case "registry":
      return createRegistryFetcher(location, access);
  }
}
