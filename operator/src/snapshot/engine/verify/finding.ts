import { SnapshotError, type SnapshotErrorCode } from "../format/snapshot-error.ts";
import { ObjectStoreError } from "../store/object-store.ts";

/** What an object is to a snapshot. */
export type ObjectPart = "repository" | "key" | "manifest" | "data" | "index" | "metadata";

/** One object that is not as it must be. */
export interface Finding {
  readonly objectKey: string;
  readonly part: ObjectPart;
  readonly problem: SnapshotErrorCode;
  /** What is wrong with it. */
  readonly what: string;
  /** What that means for the snapshot. */
  readonly meaning: string;
  /** Of data and index: the keys that it is about, by `keyText`. */
  readonly keys?: { readonly first: string; readonly last: string; readonly entries: number };
}

const DAMAGES: ReadonlySet<string> = new Set(["NotFound", "Corrupt", "TooLarge"]);

const MEANINGS: Readonly<Record<ObjectPart, string>> = {
  repository: "The repository cannot be opened, and nothing in it can be read",
  key: "What was encrypted with this key cannot be read through this object",
  manifest: "The snapshot cannot be read",
  data: "The values of these keys cannot be restored",
  index: "What changed in these keys cannot be told; their values can be restored",
  metadata: "Something that was kept beside the data cannot be restored",
};

/** A finding of what was thrown; what says nothing of an object is thrown again. */
export function findingOf(error: unknown, part: ObjectPart, keys?: Finding["keys"]): Finding {
  const { objectKey, code: problem, message: what } = snapshotErrorOf(error);
  const meaning = MEANINGS[part];
  return { objectKey, part, problem, what, meaning, ...(keys === undefined ? {} : { keys }) };
}

/** A store may find the damage itself. */
function snapshotErrorOf(error: unknown): SnapshotError {
  if (error instanceof SnapshotError) return error;
  if (error instanceof ObjectStoreError && DAMAGES.has(error.code)) {
    const code = error.code === "NotFound" ? "Missing" : "Corrupt";
    return new SnapshotError(code, error.key, error.message, { cause: error });
  }
  throw error;
}
