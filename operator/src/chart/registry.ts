import { chartCorrupt, chartForbidden, chartUnknown } from "./chart-failure.ts";
import { type ChartFetcher, type FetchedChart, MAX_ARCHIVE_BYTES } from "./chart-fetcher.ts";
import { type SourceAccess, type SourceAnswer, type SourceHttp, withSourceHttp } from "./http.ts";
import { parseChallenge, requestToken } from "./registry-token.ts";

const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
const CONFIG_TYPE = "application/vnd.cncf.helm.config.v1+json";
const CONTENT_TYPES: readonly string[] = [
  "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
  // Written by Helm before 3.7.
  "application/tar+gzip",
];
const MAX_JSON_BYTES = 4 * 1024 * 1024;

interface Registry {
  readonly base: URL;
  readonly repository: string;
}

interface RegistryRequest {
  /** Relative to the repository, such as `manifests/1.0.0`. */
  readonly path: string;
  readonly accept?: string;
  readonly maxBytes: number;
}

/** A chart as an OCI artefact (OCI distribution specification 1.1; Helm's media types). */
export function createRegistryFetcher(registry: Registry, access: SourceAccess): ChartFetcher {
  return {
    cacheKey: `oci:${registry.base.host}/${registry.repository}`,
    fetch: (version, signal) =>
      withSourceHttp(access, signal, (http) => fetchFrom(registry, version, http)),
  };
}

async function fetchFrom(
  registry: Registry,
  version: string,
  http: SourceHttp,
): Promise<FetchedChart> {
  const get = authorized(registry, http);
  const manifest = await get({
    path: `manifests/${tagOf(version)}`,
    accept: MANIFEST_TYPE,
    maxBytes: MAX_JSON_BYTES,
  });
  if (manifest.status === 404) throw chartUnknown(version, await versionsIn(get));
  const digest = contentDigest(manifest.body);
  const blob = await get({ path: `blobs/sha256:${digest}`, maxBytes: MAX_ARCHIVE_BYTES });
  if (blob.status === 404) throw chartCorrupt("the registry lacks the content of its manifest");
  return { bytes: blob.body, promisedDigest: digest };
}

/** Tags cannot hold the plus sign of a build; Helm writes an underscore. */
function tagOf(version: string): string {
  return encodeURIComponent(version.replaceAll("+", "_"));
}

async function versionsIn(
  get: (request: RegistryRequest) => Promise<SourceAnswer>,
): Promise<readonly string[]> {
  const answer = await get({ path: "tags/list?n=1000", maxBytes: MAX_JSON_BYTES });
  if (answer.status === 404) return [];
  const { tags } = parsed(answer.body) as { readonly tags?: unknown };
  return Array.isArray(tags) ? tags.map((tag) => String(tag).replaceAll("_", "+")) : [];
}

function contentDigest(body: Buffer): string {
  const manifest = parsed(body) as {
    readonly config?: { readonly mediaType?: unknown };
    readonly layers?: readonly { readonly mediaType?: unknown; readonly digest?: unknown }[];
  };
  const layer = manifest.layers?.find(({ mediaType }) => CONTENT_TYPES.includes(String(mediaType)));
  const digest = /^sha256:([0-9a-f]{64})$/.exec(String(layer?.digest))?.[1];
  if (manifest.config?.mediaType !== CONFIG_TYPE || digest === undefined) {
    throw chartCorrupt("the artefact in the registry is no Helm chart");
  }
  return digest;
}

function parsed(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    throw chartCorrupt("the registry's answer is not JSON", error);
  }
  throw chartCorrupt("the registry's answer is not a JSON object");
}

/** Asks anonymously first, as the specification wants; after a challenge with a token or with the password. */
function authorized(
  registry: Registry,
  http: SourceHttp,
): (request: RegistryRequest) => Promise<SourceAnswer> {
  let authorization: string | undefined;
  return async (request) => {
    const url = new URL(`${registry.repository}/${request.path}`, registry.base);
    const ask = (): Promise<SourceAnswer> =>
      http.get({
        url,
        headers: {
          ...(request.accept === undefined ? {} : { accept: request.accept }),
          ...(authorization === undefined ? {} : { authorization }),
        },
        maxBytes: request.maxBytes,
        okStatuses: [401, 404],
      });
    const first = await ask();
    if (first.status !== 401) return first;
    const challenge = parseChallenge(first.headers.get("www-authenticate") ?? "");
    authorization =
      challenge?.scheme === "bearer" ? await requestToken(challenge, registry, http) : http.basic;
    if (authorization === undefined) throw chartForbidden(url.host, first.status);
    const second = await ask();
    if (second.status === 401) throw chartForbidden(url.host, second.status);
    return second;
  };
}
