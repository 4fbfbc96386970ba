import { SnapshotError } from "../format/snapshot-error.ts";
import { readRecordBatches } from "../read/read-snapshot.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { StoredManifest } from "../repository/manifests.ts";
import { manifestKey } from "../repository/paths.ts";
import { commit } from "./commit.ts";
import { createContent } from "./content.ts";
import { callOf, type RepositoryContext, type SnapshotRequest } from "./context.ts";
import { chunksOf } from "./full.ts";
import { createLayerWriter } from "./layer-writer.ts";
import { putRecords, tellProgress } from "./put-records.ts";

/**
 * Makes a full snapshot of a chain, within the repository alone: the same records at the same revision.
 * Unchanged chunks are referred to and not written again. Rejects with SnapshotError Inconsistent if the
 * layers do not make what the snapshot says that it holds.
 */
export async function writeSyntheticFull(
  context: RepositoryContext,
  request: SnapshotRequest,
  snapshot: Snapshot,
): Promise<StoredManifest> {
  const { repository } = context;
  const { header, body, link } = snapshot.manifest;
  const call = callOf(context);
  const startedAt = context.now();
  const known = chunksOf(snapshot);
  const layer = createLayerWriter(repository, { ...call, kind: "base", known });
  const content = createContent(body.content.excluded);
  const sinks = { layer, content };
  for await (const records of readRecordBatches(repository, snapshot, call)) {
    await putRecords(sinks, records);
    tellProgress(context, sinks);
  }
  const end = content.end();
  if (end.rootHash !== body.content.rootHash) {
    const objectKey = manifestKey(header.subject.uid, header.snapId);
    throw new SnapshotError("Inconsistent", objectKey, "its layers do not make its root hash");
  }
  return commit(context, request, {
    kind: "synthetic-full",
    startedAt,
    lineage: body.lineage,
    parent: link,
    base: null,
    below: [],
    revisionFrom: 0,
    revision: header.revision,
    layer,
    content: { ...content, end: () => end },
  });
}
