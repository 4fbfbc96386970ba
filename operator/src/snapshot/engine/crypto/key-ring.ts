import { createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** A key that a repository keeps, wrapped. */
export interface Dek {
  /** 16 hex digits. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** The keys of an encrypted repository, unwrapped. */
export interface KeyRing {
  /** Drawn once for the repository; the next two are derived from it. */
  readonly root: Dek;
  /** Makes the ids of chunks. Fixed, or equal data would get new ids. */
  readonly idKey: Uint8Array;
  /** Makes the MACs of clear objects. */
  readonly macKey: Uint8Array;
  /** All that ever were in use, by id. */
  readonly deks: ReadonlyMap<string, Dek>;
  /** The one that encrypts what is written now. */
  readonly current: Dek;
}

const KEY_BYTES = 32;

/** A new key. */
export function drawKey(): Dek {
  return { id: randomBytes(8).toString("hex"), key: randomBytes(KEY_BYTES) };
}

/** @param older - What encrypted before. Pure. */
export function keyRingOf(root: Dek, current: Dek, older: Iterable<Dek> = []): KeyRing {
  return {
    root,
    idKey: deriveKey(root.key, "", "chunk ids"),
    macKey: deriveKey(root.key, "", "object macs"),
    deks: new Map([...older, current].map((dek) => [dek.id, dek])),
    current,
  };
}

/** A key for one purpose from a key that has several. Pure. */
export function deriveKey(secret: Uint8Array, salt: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, salt, `vcsnap/v1 ${purpose}`, KEY_BYTES));
}

/** The id of a chunk: keyed if there is a key, so that nobody can ask a repository whether it holds some known data. Pure. */
export function chunkIdOf(plaintext: Uint8Array, idKey: Uint8Array | undefined): string {
  const digest = idKey === undefined ? createHash("sha256") : createHmac("sha256", idKey);
  return digest.update(plaintext).digest("hex");
}

/** The MAC of a clear object at its place; without a key a plain digest. Pure. */
export function objectMacOf(
  objectKey: string,
  text: string,
  macKey: Uint8Array | undefined,
): string {
  const digest = macKey === undefined ? createHash("sha256") : createHmac("sha256", macKey);
  digest.update("vcsnap/v1 object\0").update(objectKey).update("\0").update(text);
  return `${macKey === undefined ? "sha256" : "hmac-sha256"}:${digest.digest("hex")}`;
}
