/** What {@link ObjectStore.get} reads into memory unless it is told otherwise. */
export const LARGEST_READ_BYTES: number = 64 * 1024 * 1024;

/** What went wrong, told alike by every kind of store. */
export type ObjectStoreErrorCode =
  /** There is no object of that key. */
  | "NotFound"
  /** A write with `ifAbsent` found an object, which is as it was. */
  | "AlreadyExists"
  /** The credentials are wrong, were revoked, or do not allow this. */
  | "AccessDenied"
  /** The bucket, or the directory that stands for it, does not exist. */
  | "NoBucket"
  /** No answer, or one that asks to come back later; tried several times already. */
  | "Unavailable"
  /** No room, or a quota is used up. */
  | "Full"
  /** The bytes that arrived are not those that were sent; tried several times already. */
  | "Corrupt"
  /** The object is larger than the reader allows. */
  | "TooLarge"
  /** The clocks of this machine and of the store are too far apart to authenticate. */
  | "ClockSkew"
  /** The store's certificate is not trusted. */
  | "Untrusted"
  /** The store does not do what was asked, and will not the next time. */
  | "Refused";

/** What a store throws. */
export class ObjectStoreError extends Error {
  override readonly name = "ObjectStoreError";
  readonly code: ObjectStoreErrorCode;
  /** Key of the object, or the prefix that was listed. */
  readonly key: string;

  constructor(
    code: ObjectStoreErrorCode,
    key: string,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.key = key;
  }
}

export interface ObjectInfo {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
}

export interface StoreCall {
  readonly signal?: AbortSignal;
}

/**
 * A flat space of objects that are written whole or not at all.
 *
 * Keys are relative paths of the characters `A-Z a-z 0-9 . _ -`, parted by single slashes; no part
 * begins with a dot.
 * Calls may run beside each other. All of them reject with {@link ObjectStoreError}, with the reason
 * of an aborted signal, or with what a source of parts threw.
 */
export interface ObjectStore {
  /** @param call - `maxBytes` bounds what is read into memory; {@link LARGEST_READ_BYTES} if absent. */
  get(key: string, call?: StoreCall & { readonly maxBytes?: number }): Promise<Uint8Array>;
  /** Whole or not at all. `ifAbsent` rejects with `AlreadyExists` and changes nothing if there is one. */
  put(
    key: string,
    bytes: Uint8Array,
    call?: StoreCall & { readonly ifAbsent?: boolean },
  ): Promise<void>;
  /** Writes what has an unknown length, whole or not at all. Resolves to its size in bytes. */
  putStream(key: string, parts: AsyncIterable<Uint8Array>, call?: StoreCall): Promise<number>;
  /** Rejects while it is read if the object ends early. */
  getStream(key: string, call?: StoreCall): AsyncIterable<Uint8Array>;
  /** Objects whose key starts with `prefix`, in the order of their keys' bytes; what is no key is passed over. */
  list(prefix: string, call?: StoreCall): AsyncIterable<ObjectInfo>;
  /** Absent keys are no error. */
  delete(keys: readonly string[], call?: StoreCall): Promise<void>;
  /**
   * Removes what writes left behind that began before `before` and never ended, because their
   * process was killed. Resolves to their number.
   */
  discardUnfinished(before: Date, call?: StoreCall): Promise<number>;
}
