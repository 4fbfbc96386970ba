import { readRecords } from "../read/read-snapshot.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { Repository } from "../repository/repository.ts";
import type { KvCall, KvStore } from "../source/kv-store.ts";
import { lineageOf } from "../source/lineage.ts";
import type { Sides } from "./plan.ts";
import type { RestoreRules } from "./rules.ts";

/** What is restored, and where to. */
export interface Restoration {
  readonly repository: Repository;
  readonly snapshot: Snapshot;
  readonly live: KvStore;
  readonly rules: RestoreRules;
}

/**
 * Both sides of a restore. Asks whether the store is still in the history that the snapshot was taken of, and begins a
 * history in a store that has none: one key of the engine's own.
 */
export async function sidesOf(restoration: Restoration, call: KvCall = {}): Promise<Sides> {
  const { repository, snapshot, live, rules } = restoration;
  const { header, body } = snapshot.manifest;
  const lineage = await lineageOf(live, call);
  return {
    records: (range) => readRecords(repository, snapshot, { ...call, range }),
    live,
    rules,
    isSameLineage:
      lineage.id === body.lineage.id &&
      lineage.clusterId === body.lineage.clusterId &&
      (await live.revision(call)) >= header.revision,
  };
}
