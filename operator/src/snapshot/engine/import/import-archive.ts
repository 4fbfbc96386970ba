import { randomUUID } from "node:crypto";
import type { StoreRecord } from "../format/record.ts";
import { withWriterLock } from "../repository/locks.ts";
import type { StoredManifest } from "../repository/manifests.ts";
import { commit } from "../write/commit.ts";
import { createContent } from "../write/content.ts";
import {
  callOf,
  lockingOf,
  type RepositoryContext,
  type SnapshotRequest,
} from "../write/context.ts";
import { EXCLUDED, isIncluded } from "../write/excluded.ts";
import { createLayerWriter } from "../write/layer-writer.ts";
import { putRecord, tellProgress } from "../write/put-records.ts";
import { readVClusterArchive } from "./vcluster-archive.ts";

/** Records between two tellings of progress. */
const PAGE = 1_000;
/** Under this name the archive's Helm release is kept beside the snapshot. */
const RELEASE = "release";

/**
 * Makes a full snapshot of what an archive of `vcluster snapshot` holds. It is of no store's history, so nothing is ever
 * taken to be unchanged since.
 *
 * Rejects as `readVClusterArchive` and `writeSnapshot` do; then there is no snapshot.
 */
export function importArchive(
  context: RepositoryContext,
  request: SnapshotRequest,
  archive: AsyncIterable<Uint8Array>,
): Promise<StoredManifest> {
  return withWriterLock(context.repository, lockingOf(context, request), async () => {
    const startedAt = context.now();
    const layer = createLayerWriter(context.repository, {
      ...callOf(context),
      kind: "base",
      known: new Map(),
    });
    const content = createContent(EXCLUDED);
    const sinks = { layer, content };
    let metadata = request.metadata ?? {};
    for await (const item of readVClusterArchive(archive)) {
      if (item.kind === "release") metadata = { ...metadata, [RELEASE]: item.json };
      else if (isIncluded(item.record)) await keep(item.record);
    }
    async function keep(record: StoreRecord): Promise<void> {
      await putRecord(sinks, record);
      if (content.keys % PAGE === 0) tellProgress(context, sinks);
    }
    return commit(
      context,
      { ...request, metadata },
      {
        kind: "imported",
        startedAt,
        lineage: { id: randomUUID(), clusterId: "0" },
        parent: null,
        base: null,
        below: [],
        revisionFrom: 0,
        revision: 0,
        ...sinks,
      },
    );
  });
}
