import { matching, type Parser } from "./parser.ts";

/** `20261121T051000Z-a1b2c3`: sorts by time. */
export const snapId: Parser<string> = matching(/^\d{8}T\d{6}Z-[a-z0-9]{6}$/);

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
const SUFFIX = 6;

/** Name of a snapshot that is taken at a moment. Pure. @param random - At least six bytes. */
export function snapIdOf(at: Date, random: Uint8Array): string {
  const time = at
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "");
  const letters = [...random.subarray(0, SUFFIX)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return `${time}-${letters.join("")}`;
}
