import type { StoreRecord } from "../format/record.ts";
import { readRecords } from "../read/read-snapshot.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { Repository } from "../repository/repository.ts";
import type { KvStore } from "../source/kv-store.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { isIncluded } from "../write/excluded.ts";
import { capture } from "./kv-fill.ts";

/** Writes a key, or removes it. */
export async function changeKey(
  kv: KvStore,
  text: string,
  value: string | undefined,
): Promise<void> {
  const key = Buffer.from(text);
  const [entry] = await kv.fetch([key], 0);
  if (entry === undefined && value === undefined) return;
  await kv.txn({
    compare: [{ key, modRevision: entry?.modRevision ?? 0 }],
    success: [
      value === undefined
        ? { kind: "delete", key }
        : { kind: "put", key, value: Buffer.from(value) },
    ],
    // kine takes no change of an existing key without it.
    failure: entry === undefined ? [] : [{ kind: "get", key }],
  });
}

/** What a snapshot that is taken now must give back, comparable. */
export async function captureIncluded(kv: KvStore): Promise<readonly string[]> {
  return (await capture(kv)).filter(isIncluded).map(textOf);
}

/** What a snapshot gives back, comparable. */
export async function contentOf(
  repository: Repository,
  snapshot: Snapshot,
): Promise<readonly string[]> {
  const content: string[] = [];
  for await (const record of readRecords(repository, snapshot)) content.push(textOf(record));
  return content;
}

/** Every object of a store. */
export async function keysOf(store: ObjectStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  return keys;
}

/** Changes one bit of an object. @param at - Modulo its size. */
export async function flipBit(
  store: ObjectStore,
  key: string,
  at: number,
  bit: number,
): Promise<void> {
  const bytes = Buffer.from(await store.get(key));
  const place = at % bytes.length;
  bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
  await store.put(key, bytes);
}

function textOf({ key, value, ...numbers }: StoreRecord): string {
  const { createRevision, modRevision, version, leaseTtl } = numbers;
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  return [hex(key), hex(value), createRevision, modRevision, version, leaseTtl].join(" ");
}
