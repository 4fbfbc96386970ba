/** One key of a store, as it was at the revision of a snapshot. */
export interface StoreRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** Revisions are below 2^53. */
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  /** Granted time to live of its lease in seconds, 0 without a lease. */
  readonly leaseTtl: number;
}
