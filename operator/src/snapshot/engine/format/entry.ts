import type { StoreRecord } from "./record.ts";

/** Says that a key is gone, over the layers below. */
export interface Tombstone {
  readonly key: Uint8Array;
  readonly value?: undefined;
}

/** What one layer of a snapshot says of a key. */
export type LayerEntry = StoreRecord | Tombstone;

/** What the key index holds of a record; it answers what changed, and whether all is there, without values. */
export interface IndexRecord {
  readonly key: Uint8Array;
  readonly modRevision: number;
  /** Size of the value in bytes. */
  readonly valueBytes: number;
  readonly isLeased: boolean;
  /** First 16 bytes of the value's SHA-256. */
  readonly valueHash: Uint8Array;
}

/** What the index of one layer says of a key. */
export type IndexEntry = IndexRecord | IndexTombstone;

export interface IndexTombstone {
  readonly key: Uint8Array;
  readonly valueHash?: undefined;
}
