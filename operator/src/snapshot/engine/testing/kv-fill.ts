import type { StoreRecord } from "../format/record.ts";
import { ALL_KEYS } from "../source/key-order.ts";
import type { KeyRange, KvStore } from "../source/kv-store.ts";
import { scan } from "../source/scan.ts";

/** Writes keys that do not exist yet, one by one. */
export async function fill(
  store: KvStore,
  values: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  for (const [text, value] of Object.entries(values)) {
    const key = Buffer.from(text);
    const { succeeded } = await store.txn({
      compare: [{ key, modRevision: 0 }],
      success: [{ kind: "put", key, value: Buffer.from(value) }],
    });
    if (!succeeded) throw new Error(`${text} exists`);
  }
}

/** Everything that a store holds now, as a snapshot would. */
export async function capture(store: KvStore): Promise<readonly StoreRecord[]> {
  const revision = await store.revision();
  const records: StoreRecord[] = [];
  for await (const page of scan(store, { ...ALL_KEYS, revision })) {
    for (const { lease, ...entry } of page) {
      records.push({ ...entry, leaseTtl: lease === 0n ? 0 : await store.leaseTtl(lease) });
    }
  }
  return records;
}

/** Captured records as the reader of a snapshot gives them. */
export function readerOf(
  records: readonly StoreRecord[],
): (range: KeyRange) => AsyncIterable<StoreRecord> {
  return async function* within({ from, to }) {
    for (const record of records) {
      const isWithin = Buffer.compare(record.key, from) >= 0 && Buffer.compare(record.key, to) < 0;
      if (isWithin) yield await Promise.resolve(record);
    }
  };
}

/** Keys and values as text. */
export function textsOf(records: readonly StoreRecord[]): Readonly<Record<string, string>> {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
  return Object.fromEntries(records.map(({ key, value }) => [text(key), text(value)]));
}
