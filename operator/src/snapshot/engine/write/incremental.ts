import type { IndexRecord } from "../format/entry.ts";
import type { StoreRecord } from "../format/record.ts";
import { readIndex } from "../read/read-snapshot.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { StoredManifest } from "../repository/manifests.ts";
import { keyOf, mergeSides, type Pair } from "../restore/merge-sides.ts";
import { ALL_KEYS } from "../source/key-order.ts";
import { KvError } from "../source/kv-error.ts";
import type { KvEntry } from "../source/kv-store.ts";
import { createRecordSource, type RecordSource } from "../source/records.ts";
import { scan } from "../source/scan.ts";
import { commit } from "./commit.ts";
import { createContent } from "./content.ts";
import { callOf, type SnapshotRequest, type WriteContext } from "./context.ts";
import { EXCLUDED, isIncluded } from "./excluded.ts";
import { chunksOf, uncompacted } from "./full.ts";
import { createLayerWriter } from "./layer-writer.ts";
import { putRecord, type RecordSinks, tellProgress } from "./put-records.ts";

/** Keys of one step; changed ones among them are read together. */
const BATCH = 1_000;
/** Values of the largest keys that a store takes fit. */
const FIRST_GROUP = 16;
const GROUP_BYTES = 4 << 20;

/** A key as the parent's index and as the store has it. */
type Seen = Pair<IndexRecord, KvEntry>;

/**
 * Takes a snapshot of what changed since its parent, which must be of the same lineage: keys alone are
 * read, and the values of those whose modification revision is another one.
 */
export function writeIncremental(
  context: WriteContext,
  request: SnapshotRequest,
  parent: Snapshot,
): Promise<StoredManifest> {
  return uncompacted(() => attempt(context, request, parent));
}

interface Sinks extends RecordSinks {
  readonly source: RecordSource;
}

async function attempt(
  context: WriteContext,
  request: SnapshotRequest,
  parent: Snapshot,
): Promise<StoredManifest> {
  const { repository, store } = context;
  const { header, body, link } = parent.manifest;
  const call = callOf(context);
  const startedAt = context.now();
  const revision = await store.revision(call);
  const known = chunksOf(parent);
  const layer = createLayerWriter(repository, { ...call, kind: "delta", known });
  const content = createContent(EXCLUDED, body.content.inventory);
  const sinks = { layer, content, source: createRecordSource(store) };
  const live = scan(store, { ...ALL_KEYS, revision, keysOnly: true }, call);
  const before = eachOf(readIndex(repository, parent, call));
  let batch: Seen[] = [];
  for await (const seen of mergeSides(before, live)) {
    if (!isIncluded({ key: keyOf(seen) })) continue;
    batch.push(seen);
    if (batch.length < BATCH) continue;
    await writeChanges(context, sinks, batch, revision);
    batch = [];
    tellProgress(context, sinks);
  }
  await writeChanges(context, sinks, batch, revision);
  return commit(context, request, {
    kind: "incremental",
    startedAt,
    lineage: body.lineage,
    parent: link,
    base: header.base ?? link,
    below: parent.layers.slice(1),
    revisionFrom: header.revision,
    revision,
    layer,
    content,
  });
}

async function writeChanges(
  context: WriteContext,
  sinks: Sinks,
  batch: readonly Seen[],
  revision: number,
): Promise<void> {
  const { layer, content, source } = sinks;
  const call = callOf(context);
  const changed = batch.filter(isChanged).map(keyOf);
  const fetch = (keys: readonly Uint8Array[]): Promise<readonly KvEntry[]> =>
    context.store.fetch(keys, revision, call).then((entries) => entries.map(present));
  const records = recordsOf(changed, fetch, (entries) => source.recordsOf(entries, call));
  for (const seen of batch) {
    const { wanted, live } = seen;
    if (live === undefined) {
      await layer.remove(keyOf(seen));
    } else if (wanted?.modRevision === live.modRevision) {
      content.add(wanted);
    } else {
      await putRecord(sinks, present((await records.next()).value));
    }
  }
}

/** Few at first, and then as many as hold no more than memory has room for: values differ in size by far. */
async function* recordsOf(
  keys: readonly Uint8Array[],
  fetch: (keys: readonly Uint8Array[]) => Promise<readonly KvEntry[]>,
  toRecords: (entries: readonly KvEntry[]) => Promise<readonly StoreRecord[]>,
): AsyncGenerator<StoreRecord, undefined> {
  let size = FIRST_GROUP;
  for (let from = 0; from < keys.length; ) {
    const records = await toRecords(await fetch(keys.slice(from, from + size)));
    from += size;
    yield* records;
    const bytes = records.reduce((sum, { value }) => sum + value.length, 0);
    const fit = Math.floor((GROUP_BYTES * records.length) / Math.max(bytes, 1));
    size = Math.min(Math.max(fit, 1), size * 4);
  }
  return undefined;
}

function isChanged({ wanted, live }: Seen): boolean {
  return live !== undefined && live.modRevision !== wanted?.modRevision;
}

function present<T>(entry: T | undefined): T {
  if (entry !== undefined) return entry;
  throw new KvError("Failed", "the store lists a key that it does not give at the same revision");
}

async function* eachOf<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
