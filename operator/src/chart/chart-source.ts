/**
 * One packaged chart, fetched and verified, lying on this machine's disk.
 *
 * `path` names a `.tgz` in a directory that only this process's user can read; it stays there as long as
 * the process runs. `schema` and `defaults` are parsed once and must not be changed.
 */
export interface ChartArchive {
  readonly path: string;
  readonly version: string;
  readonly appVersion: string;
  /** SHA-256 of the archive, 64 hex digits. */
  readonly digest: string;
  /** `values.schema.json`, parsed. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** `values.yaml`, parsed as Helm reads it. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/**
 * Where charts come from, chosen by version.
 *
 * `resolve` throws `Failure` of kind
 * - `invalid`, reason `ChartUnknown`: the source has no such version; the message names those it has;
 * - `unavailable`, reason `ChartUnavailable`: the source does not answer; worth another try;
 * - `denied`, reason `ChartForbidden`: the source refuses our credentials;
 * - `corrupt`, reason `ChartCorrupt`: the bytes are not what their digest promises, or no vcluster chart.
 *
 * A version that was resolved once is answered from the cache; concurrent calls share one download.
 */
export interface ChartSource {
  resolve(version: string, signal: AbortSignal): Promise<ChartArchive>;
}
