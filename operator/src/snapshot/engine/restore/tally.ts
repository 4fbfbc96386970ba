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
  /** The first keys that are changed, as text. */
  readonly sample: readonly string[];
  /** Objects that should be edited and are encrypted at rest, so they are written as they were. */
  readonly opaque: number;
}

/** Counts verdicts. Its size depends on the number of prefixes alone. */
export interface TallyCounter {
  add(verdict: Verdict): void;
  result(): RestoreTally;
}

const SAMPLE = 10;

type Counts = Record<"creates" | "updates" | "deletes" | "unchanged", number>;

export function createTally(): TallyCounter {
  const byPrefix = new Map<string, Counts>();
  let changes = 0;
  let writtenBytes = 0;
  let opaque = 0;
  const sample: string[] = [];
  return {
    add(verdict) {
      const key = keyText(verdict.key);
      const { prefix } = parseRegistryKey(key);
      const counts = byPrefix.get(prefix) ?? { creates: 0, updates: 0, deletes: 0, unchanged: 0 };
      byPrefix.set(prefix, counts);
      counts[columnOf(verdict)] += 1;
      if (verdict.kind === "same") return;
      changes += 1;
      if (sample.length < SAMPLE) sample.push(key);
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
      sample,
      opaque,
    }),
  };
}

function columnOf(verdict: Verdict): keyof Counts {
  if (verdict.kind === "same") return "unchanged";
  if (verdict.kind === "delete") return "deletes";
  return verdict.liveRevision === 0 ? "creates" : "updates";
}
