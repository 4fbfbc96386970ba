/** A key as text in a manifest: one character a byte, so that every key is exact and most are readable. Pure. */
export function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");
}

/** The key of such a text. Pure. */
export function keyOfText(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
