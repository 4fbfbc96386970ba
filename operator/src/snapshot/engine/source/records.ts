import type { StoreRecord } from "../format/record.ts";
import type { KvCall, KvEntry, KvStore } from "./kv-store.ts";

/**
 * What a key gets whose lease ended between the snapshot's revision and our question: as long as Kubernetes keeps events. It
 * belongs to that revision, and has to outlive the proof of a restore.
 */
const ENDED_TTL = 3_600;

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
        const left = await store.leaseTtl(lease, call);
        ttls.set(lease, left > 0 ? left : ENDED_TTL);
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
