import type { KvCall, KvStore } from "../source/kv-store.ts";

/** Keys of one lease: all end at once, and kube-apiserver itself bounds them alike. */
const KEYS_PER_LEASE = 1_000;

/** Hands out leases, so that restored keys end as they would have. */
export interface LeasePool {
  /** A lease for one more key. @param ttl - in seconds, above 0 */
  leaseFor(ttl: number): Promise<bigint>;
}

/** Leases are granted when they are needed, one for each time to live and thousand keys. */
export function createLeasePool(store: KvStore, call: KvCall): LeasePool {
  const open = new Map<number, { readonly lease: Promise<bigint>; keys: number }>();
  return {
    leaseFor(ttl) {
      const current = open.get(ttl);
      if (current !== undefined && current.keys < KEYS_PER_LEASE) {
        current.keys += 1;
        return current.lease;
      }
      const lease = store.grantLease(ttl, call);
      open.set(ttl, { lease, keys: 1 });
      return lease;
    },
  };
}
