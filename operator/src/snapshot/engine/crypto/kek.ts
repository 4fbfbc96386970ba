import { createHmac } from "node:crypto";

const KEY_BYTES = 32;

/** A key that encrypts keys. It is given from outside and never stored in a repository. */
export interface Kek {
  /** Derived from the key, so that it names the right one without telling anything of it. */
  readonly id: string;
  readonly key: Uint8Array;
}

/** @param key - 32 random bytes; anything else throws a RangeError. */
export function kekOf(key: Uint8Array): Kek {
  if (key.length !== KEY_BYTES) {
    throw new RangeError(`A key that encrypts keys has ${KEY_BYTES} bytes, not ${key.length}`);
  }
  const id = createHmac("sha256", key).update("vcsnap/v1 kek id").digest("hex").slice(0, 16);
  return { id, key };
}
