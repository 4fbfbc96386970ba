import type { ChunkRef } from "../format/manifest.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { StoredManifest } from "../repository/manifests.ts";
import { ALL_KEYS } from "../source/key-order.ts";
import { KvError } from "../source/kv-error.ts";
import type { Lineage } from "../source/lineage.ts";
import { lineageOf } from "../source/lineage.ts";
import { createRecordSource } from "../source/records.ts";
import { scan } from "../source/scan.ts";
import { commit } from "./commit.ts";
import { createContent } from "./content.ts";
import { callOf, type SnapshotRequest, type WriteContext } from "./context.ts";
import { EXCLUDED, isIncluded } from "./excluded.ts";
import { createLayerWriter } from "./layer-writer.ts";
import { putRecords, tellProgress } from "./put-records.ts";

/** Times that a snapshot starts again because the store compacted the revision that it read. */
const ATTEMPTS = 3;

/**
 * Takes a snapshot that needs no other: everything that the store holds at one revision. Chunks that are there already
 * are read, so that one that was damaged is whole again after it.
 */
export async function writeFull(
  context: WriteContext,
  request: SnapshotRequest,
): Promise<StoredManifest> {
  const lineage = await lineageOf(context.store, callOf(context));
  return uncompacted(() => attempt(context, request, lineage));
}

/** Runs again while the revision that it reads is compacted. */
export async function uncompacted<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const isCompacted = error instanceof KvError && error.code === "Compacted";
      if (!isCompacted || attempt === ATTEMPTS) throw error;
    }
  }
}

/** The chunks that a snapshot refers to, by id. Pure. */
export function chunksOf({ layers }: Snapshot): ReadonlyMap<string, ChunkRef> {
  const refs = layers.flatMap(({ chunks, index }) => [...chunks, ...index]);
  return new Map(refs.map((ref) => [ref.id, ref]));
}

async function attempt(
  context: WriteContext,
  request: SnapshotRequest,
  lineage: Lineage,
): Promise<StoredManifest> {
  const { repository, store } = context;
  const call = callOf(context);
  const startedAt = context.now();
  const revision = await store.revision(call);
  const source = createRecordSource(store);
  const content = createContent(EXCLUDED);
  const layer = createLayerWriter(repository, { ...call, kind: "base", known: new Map() });
  const sinks = { layer, content };
  for await (const page of scan(store, { ...ALL_KEYS, revision }, call)) {
    await putRecords(sinks, await source.recordsOf(page.filter(isIncluded), call));
    tellProgress(context, sinks);
  }
  return commit(context, request, {
    kind: "full",
    startedAt,
    lineage,
    parent: null,
    base: null,
    below: [],
    revisionFrom: 0,
    revision,
    ...sinks,
  });
}
