import { createHash, hash } from "node:crypto";
import { ByteWriter, varintSize } from "./byte-writer.ts";
import { VALUE_HASH_BYTES } from "./entry-codec.ts";

/** First bytes of a value's SHA-256: what the index and the root hash know of it. Pure. */
export function valueHashOf(value: Uint8Array): Uint8Array {
  // Half the time of a digest in a buffer of its own, of which every value would make one.
  return Buffer.from(hash("sha256", value, "binary").slice(0, VALUE_HASH_BYTES), "binary");
}

/** The digest of a whole snapshot, independent of revisions, leases and kind of store. */
export interface RootHash {
  /** In the order of the keys' bytes. */
  add(key: Uint8Array, valueHash: Uint8Array): void;
  /** `sha256:` and the digest in hex; to be called once. */
  digest(): string;
}

/** SHA-256 over `key length | key | first 16 bytes of the value's SHA-256` of all keys in order. */
export function createRootHash(): RootHash {
  const digest = createHash("sha256");
  let waiting = new ByteWriter(BATCH_BYTES);
  const flush = (): void => {
    digest.update(waiting.written);
    waiting = new ByteWriter(BATCH_BYTES);
  };
  return {
    add(key, valueHash) {
      const size = varintSize(key.length) + key.length + valueHash.length;
      if (size > waiting.left) flush();
      const writer = size > waiting.left ? new ByteWriter(size) : waiting;
      writer.varint(key.length);
      writer.put(key);
      writer.put(valueHash);
      if (writer !== waiting) digest.update(writer.bytes);
    },
    digest: () => {
      flush();
      return `sha256:${digest.digest("hex")}`;
    },
  };
}

/** Many keys at a time: most of a short update is the call. */
const BATCH_BYTES = 16 << 10;
