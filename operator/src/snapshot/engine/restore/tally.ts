import { keyText } from "../format/key-text.ts";
import { parseRegistryKey } from "../inventory/registry-key.ts";
import type { Verdict } from "./change.ts";

/** What a restore does, or would do, to the keys of one prefix. */
export interface PrefixTally {
  /** `/registry/pods/` */
  readonly prefix: string;
  readonly creates: number;
  readonly updates: number;
  readonly deletes: number;
  readonly unchanged: number;
}

export interface RestoreTally {
  /** Those of all prefixes that the restore covers, in their order. */
  readonly prefixes: readonly PrefixTally[];
  /** Keys that are written or removed. */
  readonly changes: number;
  /** Of keys and values that are written; a store grows by about as much until it is compacted. */
  readonly writtenBytes: number;
  /** Objects that should be edited and are encrypted at rest, so they are written as they were. */
  readonly opaque: number;
}

/** Counts verdicts. Its size depends on the number of prefixes alone. */
export interface TallyCounter {
  add(verdict: Verdict): void;
  result(): RestoreTally;
}

type Counts = Record<"creates" | "updates" | "deletes" | "unchanged", number>;

export function createTally(): TallyCounter {
  const byPrefix = new Map<string, Counts>();
  let changes = 0;
  let writtenBytes = 0;
  let opaque = 0;
  return {
    add(verdict) {
      const { prefix } = parseRegistryKey(keyText(verdict.key));
      const counts = byPrefix.get(prefix) ?? { creates: 0, updates: 0, deletes: 0, unchanged: 0 };
      byPrefix.set(prefix, counts);
      counts[columnOf(verdict)] += 1;
      if (verdict.kind !== "same") changes += 1;
      if (verdict.kind !== "put") return;
      writtenBytes += verdict.key.length + verdict.value.length;
      if (verdict.isOpaque) opaque += 1;
    },
    result: () => ({
      prefixes: [...byPrefix]
        .map(([prefix, counts]) => ({ prefix, ...counts }))
        .sort((a, b) => (a.prefix < b.prefix ? -1 : 1)),
      changes,
      writtenBytes,
      opaque,
    }),
  };
}

function columnOf(verdict: Verdict): keyof Counts {
  if (verdict.kind === "same") return "unchanged";
  if (verdict.kind === "delete") return "deletes";
  return verdict.liveRevision === 0 ? "creates" : "updates";
}
