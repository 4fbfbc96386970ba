import type { KvEntry, KvStore, TxnOp } from "../source/kv-store.ts";

/** A store in memory that remembers its present alone: for thousands of short histories. */
export function createMemoryKv(): KvStore {
  const live = new Map<string, KvEntry>();
  const leases = new Map<bigint, number>();
  let revision = 1;

  const entries = (): readonly KvEntry[] =>
    [...live.values()].sort((a, b) => Buffer.compare(a.key, b.key));
  const find = (key: Uint8Array): KvEntry | undefined => live.get(Buffer.from(key).toString("hex"));

  const apply = (op: TxnOp): readonly (KvEntry | undefined)[] => {
    const old = find(op.key);
    const name = Buffer.from(op.key).toString("hex");
    switch (op.kind) {
      case "get":
        return [old];
      case "delete":
        live.delete(name);
        return [];
      case "put":
        live.set(name, {
          key: op.key,
          value: op.value,
          createRevision: old?.createRevision ?? revision + 1,
          modRevision: revision + 1,
          version: (old?.version ?? 0) + 1,
          lease: op.lease ?? 0n,
        });
        return [];
    }
  };

  return {
    dialect: "etcd",
    clusterId: "1",
    revision: () => Promise.resolve(revision),
    range: ({ from, to, limit, keysOnly = false }) => {
      const found = entries().filter(({ key }) =>
        to.length === 0
          ? Buffer.compare(key, from) === 0
          : Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0,
      );
      const page = limit === 0 ? found : found.slice(0, limit);
      return Promise.resolve({
        entries: page.map((entry) => (keysOnly ? { ...entry, value: new Uint8Array() } : entry)),
        more: page.length < found.length,
        count: found.length,
        revision,
      });
    },
    fetch: (keys) => Promise.resolve(keys.map(find)),
    txn: ({ compare, success, failure = [] }) => {
      const succeeded = compare.every(
        ({ key, modRevision }) => (find(key)?.modRevision ?? 0) === modRevision,
      );
      const ops = succeeded ? success : failure;
      const found = ops.flatMap(apply);
      if (ops.some(({ kind }) => kind !== "get")) revision += 1;
      return Promise.resolve({ succeeded, revision, found });
    },
    grantLease: (ttl) => {
      const lease = BigInt(leases.size + 1);
      leases.set(lease, ttl);
      return Promise.resolve(lease);
    },
    leaseTtl: (lease) => Promise.resolve(leases.get(lease) ?? 0),
    size: () => Promise.resolve({ bytes: 0, fileBytes: 0 }),
    compact: () => Promise.resolve(),
    close: () => undefined,
  };
}
