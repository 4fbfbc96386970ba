import { randomUUID } from "node:crypto";
import type { KvCall, KvStore } from "./kv-store.ts";

/** Everything that the engine itself keeps in a store. It is in no snapshot. */
export const OWN_PREFIX = "/vcsnap.io/";

const LINEAGE_KEY = new TextEncoder().encode(`${OWN_PREFIX}lineage`);

/** Which history of writes a store is in: equal modification revisions mean equal values within one only. */
export interface Lineage {
  /** Drawn once and kept in the store. */
  readonly id: string;
  /** Of the etcd cluster; "0" on kine. */
  readonly clusterId: string;
}

/** The lineage of a store; starts one where there is none. */
export async function lineageOf(store: KvStore, call: KvCall = {}): Promise<Lineage> {
  const drawn = randomUUID();
  // The shape of a creation on kine has no else; so the value is read beforehand and afterwards.
  const found = (await readLineage(store, call)) ?? (await startLineage(store, drawn, call));
  return { id: found, clusterId: store.clusterId };
}

async function startLineage(store: KvStore, id: string, call: KvCall): Promise<string> {
  const { succeeded } = await store.txn(
    {
      compare: [{ key: LINEAGE_KEY, modRevision: 0 }],
      success: [{ kind: "put", key: LINEAGE_KEY, value: new TextEncoder().encode(id) }],
    },
    call,
  );
  return succeeded ? id : ((await readLineage(store, call)) ?? id);
}

async function readLineage(store: KvStore, call: KvCall): Promise<string | undefined> {
  const [entry] = await store.fetch([LINEAGE_KEY], 0, call);
  return entry === undefined ? undefined : Buffer.from(entry.value).toString("utf8");
}
