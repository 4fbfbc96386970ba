import { ObjectStoreError, type ObjectStoreErrorCode } from "../object-store.ts";

type Meaning = readonly [code: ObjectStoreErrorCode, sentence: string];

const ABSENT: Meaning = ["NotFound", "does not exist"];
const DENIED: Meaning = ["AccessDenied", "may not be read or written by this process"];
const FULL: Meaning = ["Full", "does not fit: the volume or a quota is full"];
const BUSY: Meaning = ["Unavailable", "cannot be reached now"];

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOENT: ABSENT,
  ENOTDIR: ABSENT,
  EISDIR: ABSENT,
  EEXIST: ["AlreadyExists", "exists already"],
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: DENIED,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
  EIO: ["Corrupt", "cannot be read or written: the volume reports damage"],
  EMFILE: BUSY,
  ENFILE: BUSY,
  ESTALE: BUSY,
  ETIMEDOUT: BUSY,
};

/** The name that the system gives the failure, such as `ENOENT`; empty if the error is none of its. */
export function systemCode(error: unknown): string {
  const code: unknown = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "";
}

/** What a failed call on a file means for the object, or the prefix, of that key. */
export function fileError(key: string, error: unknown): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const name = systemCode(error);
  const [code, sentence] = MEANINGS[name] ?? ["Refused", "was refused by the file system"];
  return new ObjectStoreError(code, key, `${key} ${sentence} (${name || String(error)})`, {
    cause: error,
  });
}
