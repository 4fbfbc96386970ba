import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { decrypt, encrypt, NONCE_BYTES } from "../crypto/aead.ts";
import { type Dek, deriveKey, type KeyRing } from "../crypto/key-ring.ts";
import { ByteReader, MalformedError } from "./byte-reader.ts";
import { compress, decompress } from "./codec.ts";

const MAGIC = Buffer.from("VCO1");
const CLEAR = 0;
const AES_256_GCM = 1;
const DEK_ID_BYTES = 8;
const DIGEST_BYTES = 32;

/**
 * The stored form of some bytes:
 * `"VCO1" | codec | cipher | id of the DEK (8) | nonce (12) | ciphertext | tag (16)`, and without a key
 * `"VCO1" | codec | cipher | bytes | SHA-256 (32)`. Tag and digest cover the header and the name too.
 *
 * @param name - What the object is: another object's bytes do not open under it.
 */
export async function seal(
  plaintext: Uint8Array,
  name: string,
  dek: Dek | undefined,
): Promise<Uint8Array> {
  const { codec, bytes } = await compress(plaintext);
  if (dek === undefined) {
    const header = Buffer.from([...MAGIC, codec, CLEAR]);
    return Buffer.concat([header, bytes, digestOf(header, name, bytes)]);
  }
  const nonce = randomBytes(NONCE_BYTES);
  const dekId = Buffer.from(dek.id, "hex");
  const header = Buffer.concat([MAGIC, Buffer.from([codec, AES_256_GCM]), dekId, nonce]);
  const input = { key: keyOf(dek, name), nonce, associated: associatedOf(header, name) };
  return Buffer.concat([header, ...encrypt(input, bytes)]);
}

/** The bytes that were sealed under this name. Rejects with MalformedError. */
export async function unseal(
  sealed: Uint8Array,
  name: string,
  keys: KeyRing | undefined,
): Promise<Uint8Array> {
  const reader = new ByteReader(sealed);
  if (!MAGIC.equals(reader.take(MAGIC.length))) throw new MalformedError("is no sealed object");
  const codec = reader.byte();
  const cipher = reader.byte();
  if (cipher !== (keys === undefined ? CLEAR : AES_256_GCM)) {
    throw new MalformedError("is not encrypted as its repository is");
  }
  const bytes =
    keys === undefined
      ? openClear(sealed, reader, name)
      : openEncrypted(sealed, reader, name, keys);
  return decompress({ codec, bytes });
}

function openClear(sealed: Uint8Array, reader: ByteReader, name: string): Uint8Array {
  const header = sealed.subarray(0, sealed.length - reader.left);
  const bytes = reader.take(Math.max(0, reader.left - DIGEST_BYTES));
  const digest = reader.take(DIGEST_BYTES);
  if (!timingSafeEqual(digestOf(header, name, bytes), digest)) throw changed();
  return bytes;
}

function openEncrypted(
  sealed: Uint8Array,
  reader: ByteReader,
  name: string,
  keys: KeyRing,
): Uint8Array {
  const dekId = Buffer.from(reader.take(DEK_ID_BYTES)).toString("hex");
  const nonce = reader.take(NONCE_BYTES);
  const dek = keys.deks.get(dekId);
  if (dek === undefined) {
    throw new MalformedError(`is encrypted with key ${dekId}, which the repository does not hold`);
  }
  const header = sealed.subarray(0, sealed.length - reader.left);
  const input = { key: keyOf(dek, name), nonce, associated: associatedOf(header, name) };
  const bytes = decrypt(input, reader.take(reader.left));
  if (bytes === undefined) throw changed();
  return bytes;
}

function keyOf(dek: Dek, name: string): Uint8Array {
  return deriveKey(dek.key, name, "object");
}

function associatedOf(header: Uint8Array, name: string): Uint8Array {
  return Buffer.concat([header, Buffer.from(name)]);
}

function digestOf(header: Uint8Array, name: string, bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(associatedOf(header, name)).update(bytes).digest();
}

function changed(): MalformedError {
  return new MalformedError("is not as it was written, or is another object");
}
