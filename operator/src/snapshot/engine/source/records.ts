import type { StoreRecord } from "../format/record.ts";
import type { KvCall, KvEntry, KvStore } from "./kv-store.ts";

/** What a lease had left when it ended while it was read: the key is to go soon after a restore, too. */
const ENDED_TTL = 1;

/** Turns entries of a store into records, which name the time to live of a lease and not the lease. */
export interface RecordSource {
  recordsOf(entries: readonly KvEntry[], call?: KvCall): Promise<readonly StoreRecord[]>;
}

/** Asks for each lease once. Kubernetes lets up to a thousand keys share one. */
export function createRecordSource(store: KvStore): RecordSource {
  const ttls = new Map<bigint, number>([[0n, 0]]);
  return {
    async recordsOf(entries, call) {
      const asked = new Set(entries.map(({ lease }) => lease).filter((lease) => !ttls.has(lease)));
      for (const lease of asked) {
        ttls.set(lease, Math.max(ENDED_TTL, await store.leaseTtl(lease, call)));
      }
      return entries.map(({ key, value, createRevision, modRevision, version, lease }) => ({
        key,
        value,
        createRevision,
        modRevision,
        version,
        leaseTtl: ttls.get(lease) ?? 0,
      }));
    },
  };
}
