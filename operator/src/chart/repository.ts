import { parse } from "yaml";
import { chartCorrupt, chartUnavailable, chartUnknown } from "./chart-failure.ts";
import {
  CHART_NAME,
  type ChartFetcher,
  type FetchedChart,
  MAX_ARCHIVE_BYTES,
} from "./chart-fetcher.ts";
import { type SourceAccess, type SourceHttp, withSourceHttp } from "./http.ts";

interface IndexEntry {
  readonly version: string;
  readonly urls: readonly string[];
  readonly digest?: string;
}

const MAX_INDEX_BYTES = 50 * 1024 * 1024;

/** A Helm repository: `index.yaml` and the archives that it names, by absolute or relative address. */
export function createRepositoryFetcher(base: URL, access: SourceAccess): ChartFetcher {
  return {
    cacheKey: base.href,
    fetch: (version, signal) =>
      withSourceHttp(access, signal, (http) => fetchFrom(base, version, http)),
  };
}

async function fetchFrom(base: URL, version: string, http: SourceHttp): Promise<FetchedChart> {
  const index = await http.get({
    url: new URL("index.yaml", base),
    headers: authorization(http),
    maxBytes: MAX_INDEX_BYTES,
  });
  const entries = entriesIn(index.body.toString("utf8"));
  const entry = entries.find((candidate) => candidate.version === version);
  if (entry === undefined)
    throw chartUnknown(
      version,
      entries.map((known) => known.version),
    );
  const url = archiveUrl(base, entry);
  // As Helm does: the archive may lie elsewhere, and that host has no claim to our password.
  const headers = url.origin === base.origin ? authorization(http) : {};
  const archive = await http.get({ url, headers, maxBytes: MAX_ARCHIVE_BYTES });
  const digest = entry.digest?.replace(/^sha256:/, "");
  return { bytes: archive.body, ...(digest === undefined ? {} : { promisedDigest: digest }) };
}

function authorization(http: SourceHttp): Readonly<Record<string, string>> {
  return http.basic === undefined ? {} : { authorization: http.basic };
}

function archiveUrl(base: URL, entry: IndexEntry): URL {
  const url = URL.parse(entry.urls[0] ?? "", base.href);
  if (url === null || (url.protocol !== "https:" && url.protocol !== base.protocol)) {
    throw chartCorrupt(`the index names no usable address for ${entry.version}`);
  }
  return url;
}

function entriesIn(text: string): readonly IndexEntry[] {
  let index: unknown;
  try {
    index = text.trimStart().startsWith("{") ? JSON.parse(text) : parse(chartSection(text));
  } catch (error) {
    throw chartUnavailable("its index.yaml cannot be parsed", { cause: error });
  }
  const entries = record(record(index)["entries"])[CHART_NAME];
  return Array.isArray(entries) ? entries.flatMap(toEntry) : [];
}

/**
 * Cuts an index down to our chart. Public indexes list every chart of a vendor, and to parse megabytes of YAML would hold up
 * everything else for seconds. An index that is not laid out as Helm writes it stays whole.
 */
function chartSection(text: string): string {
  const section = new RegExp(
    `^entries:[^\\n]*\\n(?:[\\s\\S]*?\\n)?  ${CHART_NAME}:\\n(?:  [- ].*\\n|\\n)*`,
    "m",
  );
  const found = section.exec(`${text}\n`)?.[0];
  const start = found?.lastIndexOf(`\n  ${CHART_NAME}:\n`) ?? -1;
  return found === undefined || start < 0 ? text : `entries:${found.slice(start)}`;
}

function toEntry(raw: unknown): readonly IndexEntry[] {
  const { version, urls, digest } = record(raw);
  if (typeof version !== "string" || !Array.isArray(urls)) return [];
  const addresses = urls.filter((url) => typeof url === "string");
  return [{ version, urls: addresses, ...(typeof digest === "string" ? { digest } : {}) }];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
