import { ObjectStoreError } from "./object-store.ts";

const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;
const LONGEST_KEY = 800;

/** Whether every kind of store can hold an object of this key, below its root. */
export function isKey(key: string): boolean {
  return key.length <= LONGEST_KEY && key.split("/").every((segment) => SEGMENT.test(segment));
}

/** Throws `Refused` unless {@link isKey}. */
export function assertKey(key: string): void {
  if (isKey(key)) return;
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
