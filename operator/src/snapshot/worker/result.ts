import { MalformedError } from "../engine/format/byte-reader.ts";
import {
  arrayOf,
  count,
  flag,
  matching,
  moment,
  object,
  oneOf,
  optional,
  orNull,
  type Parser,
  textOf,
} from "../engine/format/parser.ts";
import { snapId } from "../engine/format/snap-id.ts";
import { FAILURE_REASONS, type FailureReason } from "./reason.ts";
import { level, type VerifiedLevel } from "./task.ts";

const STAGES = [
  "Opening",
  "Reading",
  "Planning",
  /** Of a store that takes the place of a lost one. */
  "RaisingRevision",
  "Applying",
  "Proving",
  "Verifying",
  "Repairing",
  "Deleting",
] as const;

/** What a worker is doing. */
export type Stage = (typeof STAGES)[number];

/** How far a worker is; printed at most once a second. */
export interface TaskProgress {
  readonly type: "progress";
  readonly stage: Stage;
  /** Keys, or while objects are verified their number, or the number of writes. */
  readonly keys: number;
  readonly bytes: number;
  /** Of `keys`, where it is known. */
  readonly total?: number;
}

export interface TaskFailure {
  readonly ok: false;
  readonly reason: FailureReason;
  /** What happened and what helps; no secrets. */
  readonly message: string;
  /** Whether the same task may succeed later without anybody doing anything. */
  readonly retry: boolean;
}

/** Objects of one prefix of keys. */
export interface KindCount {
  /** As the inventory says it: `/registry/pods/`. */
  readonly prefix: string;
  readonly keys: number;
}

/** Of `snapshot` and `import`. */
export interface SnapshotResult {
  readonly ok: true;
  readonly operation: "snapshot" | "import";
  readonly snapId: string;
  readonly kind: "full" | "incremental" | "synthetic-full" | "imported";
  /** Snapshots that it builds upon; null in one that stands alone. */
  readonly parent: string | null;
  readonly base: string | null;
  readonly chainLength: number;
  readonly revision: number;
  readonly keys: number;
  /** Of all values. */
  readonly logicalBytes: number;
  /** Of all objects that a restore of it reads. */
  readonly storedBytes: number;
  /** Of the objects that it added. */
  readonly addedBytes: number;
  readonly rootHash: string;
  readonly verifiedLevel: VerifiedLevel;
  readonly createdAt: string;
  readonly completedAt: string;
  /** The most frequent ones; the rest is `otherKeys`. */
  readonly inventory: readonly KindCount[];
  readonly otherKeys: number;
}

export interface VerifyResult {
  readonly ok: true;
  readonly operation: "verify";
  readonly snapId: string;
  readonly verifiedLevel: VerifiedLevel;
}

export interface RepairResult {
  readonly ok: true;
  readonly operation: "repair";
  readonly snapId: string;
  readonly verifiedLevel: VerifiedLevel;
  /** How many objects were put back. */
  readonly repaired: number;
  /** Keys of some of them. */
  readonly objects: readonly string[];
}

/** Changes to the keys of one prefix. */
export interface KindChanges {
  readonly prefix: string;
  readonly puts: number;
  readonly deletes: number;
}

/** Of `plan` and `restore`. */
export interface RestoreResult {
  readonly ok: true;
  readonly operation: "plan" | "restore";
  readonly snapId: string;
  readonly puts: number;
  readonly deletes: number;
  readonly unchanged: number;
  /** Those with the most changes. */
  readonly kinds: readonly KindChanges[];
  /** Some keys that are changed. */
  readonly sample: readonly string[];
  /** Of the store afterwards. */
  readonly revision: number;
  /** Of `restore`: what reading both sides again showed. */
  readonly proof?: RestoreProof;
}

export interface RestoreProof {
  /** Keys that both sides hold alike. */
  readonly keys: number;
  /** Of these keys. */
  readonly rootHash: string;
}

export interface DeleteResult {
  readonly ok: true;
  readonly operation: "delete";
  readonly snapId: string;
  /** What nothing refers to any more; absent if that could not be said, for others write or a manifest is damaged. */
  readonly freed?: FreedRoom;
}

export interface FreedRoom {
  readonly objects: number;
  readonly bytes: number;
}

export type TaskSuccess =
  | SnapshotResult
  | VerifyResult
  | RepairResult
  | RestoreResult
  | DeleteResult;

export type TaskResult = TaskSuccess | TaskFailure;

/** Kubernetes keeps so much of a termination message. */
export const MOST_RESULT_BYTES = 4_096;

const NAME = textOf(1_000);
const ROOT_HASH = matching(/^sha256:[0-9a-f]{64}$/);
/** Most entries of a list by kind. */
export const MOST_KINDS = 20;
/** Most keys of objects that a result names. */
export const MOST_OBJECTS = 10;

const isTrue: Parser<true> = (value, at) => {
  if (value === true) return true;
  throw new MalformedError(`${at} is not true`);
};

const isFalse: Parser<false> = (value, at) => {
  if (value === false) return false;
  throw new MalformedError(`${at} is not false`);
};

const progress = object<TaskProgress>({
  type: oneOf(["progress"]),
  stage: oneOf(STAGES),
  keys: count,
  bytes: count,
  total: optional(count),
});

const failure = object<TaskFailure>({
  ok: isFalse,
  reason: oneOf(FAILURE_REASONS),
  message: textOf(MOST_RESULT_BYTES),
  retry: flag,
});

const snapshotResult = object<SnapshotResult>({
  ok: isTrue,
  operation: oneOf(["snapshot", "import"]),
  snapId,
  kind: oneOf(["full", "incremental", "synthetic-full", "imported"]),
  parent: orNull(snapId),
  base: orNull(snapId),
  chainLength: count,
  revision: count,
  keys: count,
  logicalBytes: count,
  storedBytes: count,
  addedBytes: count,
  rootHash: ROOT_HASH,
  verifiedLevel: level,
  createdAt: moment,
  completedAt: moment,
  inventory: arrayOf(object<KindCount>({ prefix: NAME, keys: count }), MOST_KINDS),
  otherKeys: count,
});

const restoreResult = object<RestoreResult>({
  ok: isTrue,
  operation: oneOf(["plan", "restore"]),
  snapId,
  puts: count,
  deletes: count,
  unchanged: count,
  kinds: arrayOf(object<KindChanges>({ prefix: NAME, puts: count, deletes: count }), MOST_KINDS),
  sample: arrayOf(NAME, 10),
  revision: count,
  proof: optional(object<RestoreProof>({ keys: count, rootHash: ROOT_HASH })),
});

const SUCCESSES: Readonly<Record<TaskSuccess["operation"], Parser<TaskSuccess>>> = {
  snapshot: snapshotResult,
  import: snapshotResult,
  verify: object<VerifyResult>({
    ok: isTrue,
    operation: oneOf(["verify"]),
    snapId,
    verifiedLevel: level,
  }),
  repair: object<RepairResult>({
    ok: isTrue,
    operation: oneOf(["repair"]),
    snapId,
    verifiedLevel: level,
    repaired: count,
    objects: arrayOf(NAME, MOST_OBJECTS),
  }),
  plan: restoreResult,
  restore: restoreResult,
  delete: object<DeleteResult>({
    ok: isTrue,
    operation: oneOf(["delete"]),
    snapId,
    freed: optional(object<FreedRoom>({ objects: count, bytes: count })),
  }),
};

/**
 * The result in a termination message, or in the last line of a worker's output; undefined for anything else, such as
 * what the kernel's end of a process leaves. Pure.
 */
export function parseResult(text: string): TaskResult | undefined {
  return parsed(text, (value) => {
    const { ok, operation } = value as { readonly ok?: unknown; readonly operation?: unknown };
    if (ok === false) return failure(value, "result");
    const parse = Object.entries(SUCCESSES).find(([name]) => name === operation)?.[1];
    return parse?.(value, "result");
  });
}

/** The newest progress in the last lines of a worker's output; undefined if they hold none. Pure. */
export function latestProgress(lines: string): TaskProgress | undefined {
  for (const line of lines.trimEnd().split("\n").reverse()) {
    const found = parsed(line, (value) => progress(value, "progress"));
    if (found !== undefined) return found;
  }
  return undefined;
}

function parsed<T>(text: string, parse: (value: object) => T | undefined): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? parse(value) : undefined;
  } catch (error) {
    if (error instanceof MalformedError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
