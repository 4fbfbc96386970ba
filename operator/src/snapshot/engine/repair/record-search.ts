import type { IndexRecord, LayerEntry } from "../format/entry.ts";
import { LAYER_ENTRIES } from "../format/entry-codec.ts";
import { keyOfText, keyText } from "../format/key-text.ts";
import type { ChunkRef, Layer } from "../format/manifest.ts";
import type { StoreRecord } from "../format/record.ts";
import { valueHashOf } from "../format/root-hash.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { openSnapshot } from "../read/snapshot.ts";
import { readChunk } from "../repository/chunks.ts";
import { listSnapshots } from "../repository/manifests.ts";
import type { Repository } from "../repository/repository.ts";
import type { KvStore } from "../source/kv-store.ts";
import { createRecordSource } from "../source/records.ts";
import type { StoreCall } from "../store/object-store.ts";

/** Records that are looked for, by the text of their key, and those of them that were found. */
export interface RecordSearch {
  readonly wanted: ReadonlyMap<string, IndexRecord>;
  readonly found: Map<string, StoreRecord>;
}

/** Keys that were not found yet. Pure. */
export function missingOf({ wanted, found }: RecordSearch): readonly string[] {
  return [...wanted.keys()].filter((key) => !found.has(key));
}

/** Looks through the layers of all snapshots of a virtual cluster; what is damaged in them is passed over. */
export async function searchSnapshots(
  repository: Repository,
  uid: string,
  search: RecordSearch,
  call: StoreCall,
): Promise<void> {
  const seen = new Set<string>();
  for await (const listed of listSnapshots(repository, { ...call, uid })) {
    if (listed.error !== undefined) continue;
    const place = { uid, snapId: listed.header.snapId };
    const snapshot = await unlessDamaged(openSnapshot(repository, place, call));
    for (const layer of snapshot?.layers ?? []) {
      for (const ref of layer.chunks) {
        if (seen.has(ref.id) || !mayHold(ref, search)) continue;
        seen.add(ref.id);
        for (const entry of await entriesOf(repository, layer, ref, call)) take(search, entry);
      }
    }
  }
}

/** Looks in the store that was snapshotted: what was not written since is still the same. */
export async function searchLive(
  kv: KvStore,
  search: RecordSearch,
  call: StoreCall,
): Promise<void> {
  const entries = await kv.fetch(missingOf(search).map(keyOfText), 0, call);
  const present = entries.filter((entry) => entry !== undefined);
  for (const record of await createRecordSource(kv).recordsOf(present, call)) take(search, record);
}

function mayHold({ first, last }: ChunkRef, search: RecordSearch): boolean {
  return missingOf(search).some((key) => key >= first && key <= last);
}

async function entriesOf(
  repository: Repository,
  { kind }: Layer,
  ref: ChunkRef,
  call: StoreCall,
): Promise<readonly LayerEntry[]> {
  const form = { kind, codec: LAYER_ENTRIES };
  return (await unlessDamaged(readChunk(repository, ref, form, call))) ?? [];
}

/** Equal revisions of one history mean equal values; the digest excludes other histories. */
function take({ wanted, found }: RecordSearch, entry: LayerEntry): void {
  if (entry.value === undefined) return;
  const name = keyText(entry.key);
  const sought = wanted.get(name);
  if (sought?.modRevision !== entry.modRevision) return;
  if (Buffer.compare(valueHashOf(entry.value), sought.valueHash) === 0) found.set(name, entry);
}

async function unlessDamaged<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SnapshotError) return undefined;
    throw error;
  }
}
