import { createCipheriv, createDecipheriv } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What AES-256-GCM takes besides the text. */
export interface AeadInput {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes, never twice with one key. */
  readonly nonce: Uint8Array;
  /** Bound to the text, but not part of it. */
  readonly associated: Uint8Array;
}

/** Ciphertext and tag. Pure. */
export function encrypt(input: AeadInput, plaintext: Uint8Array): readonly Uint8Array[] {
  const cipher = createCipheriv(ALGORITHM, input.key, input.nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(input.associated);
  return [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
}

/** The plaintext of ciphertext and tag; undefined if anything of it, or of the input, is another. Pure. */
export function decrypt(input: AeadInput, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const end = sealed.length - TAG_BYTES;
  const cipher = createDecipheriv(ALGORITHM, input.key, input.nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(input.associated);
  cipher.setAuthTag(sealed.subarray(end));
  const plaintext = cipher.update(sealed.subarray(0, end));
  try {
    cipher.final();
  } catch {
    return undefined;
  }
  return plaintext;
}
