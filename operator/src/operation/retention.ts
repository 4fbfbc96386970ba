import type { EndedOperation, OperationMark } from "../world/operation-mark.ts";

/** Operations that are removed in one go. */
const BATCH = 20;
/** Between two goes. */
const PAUSE_MS = 1_000;

/** Operations whose time is over, and when to look again. */
export interface Expiry {
  /** Those that ended first come first; a batch at most. */
  readonly expired: readonly EndedOperation[];
  /** Milliseconds; undefined when no operation waits for its removal. */
  readonly nextInMs: number | undefined;
}

/** When an operation may be removed, epoch milliseconds. Pure. */
export function expiresAtMs(ended: EndedOperation, retentionMs: number): number {
  const { expiresAt, finishedAt } = ended;
  return expiresAt === undefined ? Date.parse(finishedAt) + retentionMs : Date.parse(expiresAt);
}

/** Chooses what is removed now, among any number of operations. Pure. */
export function expiryOf(
  marks: Iterable<OperationMark>,
  retentionMs: number,
  nowMs: number,
): Expiry {
  const due: { readonly ended: EndedOperation; readonly atMs: number }[] = [];
  let nextMs = Infinity;
  for (const ended of marks) {
    if (ended.kind !== "ended") continue;
    const atMs = expiresAtMs(ended, retentionMs);
    if (atMs <= nowMs) due.push({ ended, atMs });
    else nextMs = Math.min(nextMs, atMs);
  }
  due.sort((a, b) => a.atMs - b.atMs);
  const expired = due.slice(0, BATCH).map(({ ended }) => ended);
  if (due.length > BATCH) return { expired, nextInMs: PAUSE_MS };
  return { expired, nextInMs: nextMs === Infinity ? undefined : nextMs - nowMs };
}
