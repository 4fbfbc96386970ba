import { objectMacOf } from "../crypto/key-ring.ts";
import { MalformedError } from "./byte-reader.ts";
import { SnapshotError } from "./snapshot-error.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** JSON with sorted names and without spaces: one text for one value. Pure. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).sort(byName)) : each,
  );
}

/** An object of a repository that is read without keys: JSON with its MAC, or its digest where there is no key. */
export function writeClearObject(
  objectKey: string,
  body: object,
  macKey: Uint8Array | undefined,
): Uint8Array {
  const mac = objectMacOf(objectKey, canonicalJson(body), macKey);
  return Buffer.from(canonicalJson({ ...body, mac }));
}

/**
 * The body of such an object. Not one byte of it, nor its place, may differ from what was written.
 *
 * @throws SnapshotError Corrupt
 */
export function readClearObject(
  objectKey: string,
  bytes: Uint8Array,
  macKey: Uint8Array | undefined,
): unknown {
  const { mac, ...body } = parseClear(objectKey, bytes);
  const isWhole = Buffer.from(canonicalJson({ ...body, mac })).equals(bytes);
  if (!isWhole || mac !== objectMacOf(objectKey, canonicalJson(body), macKey)) {
    throw new SnapshotError("Corrupt", objectKey, "is not as it was written, or was moved");
  }
  return body;
}

/** The body before any key is known; nothing of it may be believed. */
export function peekClearObject(objectKey: string, bytes: Uint8Array): unknown {
  const { mac: _mac, ...body } = parseClear(objectKey, bytes);
  return body;
}

/** Runs a parser; what it refuses is a corrupt object of that name. */
export function corruptAt<T>(objectKey: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw toCorrupt(objectKey, cause);
  }
}

/** The error of an object whose bytes are malformed; any other error stays what it is. */
export function toCorrupt(objectKey: string, error: unknown): unknown {
  return error instanceof MalformedError
    ? new SnapshotError("Corrupt", objectKey, error.message, { cause: error })
    : error;
}

function parseClear(objectKey: string, bytes: Uint8Array): Readonly<Record<string, Json>> {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString("utf8")) as unknown;
    if (isObject(value)) return value;
  } catch (cause) {
    throw new SnapshotError("Corrupt", objectKey, "is no JSON", { cause });
  }
  throw new SnapshotError("Corrupt", objectKey, "is no JSON object");
}

function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
