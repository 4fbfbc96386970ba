import { ObjectStoreError } from "./object-store.ts";

const SEGMENT = /^[A-Za-z0-9._-]{1,200}$/;
const LONGEST_KEY = 800;

/** Throws `Refused` unless the key is one that every kind of store can hold, and that stays below its root. */
export function assertKey(key: string): void {
  if (key.length <= LONGEST_KEY && key.split("/").every(isSegment)) return;
  throw new ObjectStoreError(
    "Refused",
    key,
    `"${key.slice(0, LONGEST_KEY)}" is no key of an object`,
  );
}

/** As {@link assertKey}, for the start of keys: it may be empty and may end within a segment. */
export function assertPrefix(prefix: string): void {
  if (prefix !== "") assertKey(prefix.endsWith("/") ? prefix.slice(0, -1) : prefix);
}

function isSegment(text: string): boolean {
  return SEGMENT.test(text) && text !== "." && text !== "..";
}
