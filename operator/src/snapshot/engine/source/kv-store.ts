/** One key as a store holds it at a revision. */
export interface KvEntry {
  readonly key: Uint8Array;
  /** Empty where keys alone were asked for. */
  readonly value: Uint8Array;
  readonly createRevision: number;
  readonly modRevision: number;
  /** Writes since its creation; always 0 on kine. */
  readonly version: number;
  /** All 64 bits count, so it is no number. 0 without a lease; on kine the time to live in seconds. */
  readonly lease: bigint;
}

/** Keys from `from` on, up to and without `to`, in the order of their bytes; with an empty `to` the one key `from`. */
export interface KeyRange {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

export interface RangeRequest extends KeyRange {
  /** Most entries of the answer; 0 for all. */
  readonly limit: number;
  /** 0 for the newest. */
  readonly revision: number;
  readonly keysOnly?: boolean;
}

export interface RangePage {
  readonly entries: readonly KvEntry[];
  /** Whether the limit cut the answer. */
  readonly more: boolean;
  /** Keys of the whole range, also of those that the limit cut off. */
  readonly count: number;
  /** Newest revision of the store when it answered. */
  readonly revision: number;
}

export type TxnOp =
  | { readonly kind: "get"; readonly key: Uint8Array; readonly revision?: number }
  | {
      readonly kind: "put";
      readonly key: Uint8Array;
      readonly value: Uint8Array;
      /** Of {@link KvStore.grantLease}; absent for none. */
      readonly lease?: bigint;
    }
  | { readonly kind: "delete"; readonly key: Uint8Array };

/**
 * All or nothing. kine takes four shapes only: create (modification revision 0, one put), update (one
 * put, else one get), delete (one delete, else one get) and delete without a comparison (get, delete).
 */
export interface TxnRequest {
  /** All must hold; modification revision 0: there is no such key. */
  readonly compare: readonly { readonly key: Uint8Array; readonly modRevision: number }[];
  readonly success: readonly TxnOp[];
  readonly failure?: readonly TxnOp[];
}

export interface TxnResult {
  /** Whether all comparisons held. */
  readonly succeeded: boolean;
  readonly revision: number;
  /** What the gets found, in their order. */
  readonly found: readonly (KvEntry | undefined)[];
}

/** How much a store holds on its disk, in bytes. */
export interface StoreSize {
  /** Without what its files hold for reuse, where it tells. */
  readonly bytes: number;
  /** Of its files, which the quota is about. */
  readonly fileBytes: number;
  /** At which it refuses writes; undefined where nobody set one. */
  readonly quota?: number;
}

/** Whose etcd v3 API it is; kine offers a part of it. */
export type KvDialect = "etcd" | "kine";

export interface KvCall {
  readonly signal?: AbortSignal;
}

/**
 * An etcd v3 endpoint. Calls may run beside each other and reject with `KvError`; reads are
 * repeated a few times while the endpoint is not reachable, writes are not.
 */
export interface KvStore {
  readonly dialect: KvDialect;
  /** Decimal; "0" on kine, which has none. */
  readonly clusterId: string;
  /** Newest revision. */
  revision(call?: KvCall): Promise<number>;
  range(request: RangeRequest, call?: KvCall): Promise<RangePage>;
  /** Entries of single keys at one revision, in their order; undefined where there was none. */
  fetch(
    keys: readonly Uint8Array[],
    revision: number,
    call?: KvCall,
  ): Promise<readonly (KvEntry | undefined)[]>;
  txn(request: TxnRequest, call?: KvCall): Promise<TxnResult>;
  /** @param ttl - In seconds. */
  grantLease(ttl: number, call?: KvCall): Promise<bigint>;
  /** Granted time to live in seconds; 0 for a lease that has ended. */
  leaseTtl(lease: bigint, call?: KvCall): Promise<number>;
  size(call?: KvCall): Promise<StoreSize>;
  /** Forgets what was overwritten before a revision; its room is free then. */
  compact(revision: number, call?: KvCall): Promise<void>;
  close(): void;
}
