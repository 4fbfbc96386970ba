import { randomBytes } from "node:crypto";
import type { LayerEntry } from "../format/entry.ts";
import { LAYER_ENTRIES } from "../format/entry-codec.ts";
import {
  type ChunkRef,
  FORMAT,
  type Layer,
  type ManifestBody,
  type SnapshotKind,
  type SnapshotLink,
} from "../format/manifest.ts";
import { snapIdOf } from "../format/snap-id.ts";
import { writeChunk } from "../repository/chunks.ts";
import { commitManifest, type StoredManifest } from "../repository/manifests.ts";
import type { ChunkCounts } from "./chunk-writer.ts";
import type { Content } from "./content.ts";
import { callOf, type RepositoryContext, type SnapshotRequest } from "./context.ts";
import type { LayerWriter } from "./layer-writer.ts";

/** A snapshot whose records are written, and which is none before its manifest. */
export interface Draft {
  readonly kind: SnapshotKind;
  readonly startedAt: Date;
  readonly lineage: ManifestBody["lineage"];
  readonly parent: SnapshotLink | null;
  readonly base: SnapshotLink | null;
  /** Delta layers between the base and its own layer. */
  readonly below: readonly Layer[];
  readonly revisionFrom: number;
  readonly revision: number;
  readonly layer: LayerWriter;
  readonly content: Content;
}

/** Writes what is left of a draft, and at last its manifest. */
export async function commit(
  context: RepositoryContext,
  request: SnapshotRequest,
  draft: Draft,
): Promise<StoredManifest> {
  const { startedAt, layer, content, revision } = draft;
  const snapId = request.snapId ?? snapIdOf(startedAt, randomBytes(6));
  const metadata = await writeMetadata(context, request);
  const written = await layer.end();
  const own: Layer = {
    snapId,
    kind: draft.base === null ? "base" : "delta",
    revisionFrom: draft.revisionFrom,
    revisionTo: revision,
    ...written,
  };
  const counts: ChunkCounts = layer.counts();
  const completedAt = context.now();
  const layers = [...draft.below, own];
  return commitManifest(
    context.repository,
    {
      header: {
        format: FORMAT,
        snapId,
        kind: draft.kind,
        createdAt: startedAt.toISOString(),
        completedAt: completedAt.toISOString(),
        expiresAt: request.expiresAt?.toISOString() ?? null,
        trigger: request.trigger,
        subject: request.subject,
        revision,
        parent: draft.parent,
        base: draft.base,
        chainLength: layers.filter(({ kind }) => kind === "delta").length,
        keys: content.keys,
        valueBytes: content.valueBytes,
        addedBytes: counts.addedBytes + metadata.addedBytes,
      },
      body: {
        lineage: draft.lineage,
        layers,
        content: content.end(),
        metadata: metadata.refs,
        stats: {
          durationMs: Math.max(0, completedAt.getTime() - startedAt.getTime()),
          newChunks: counts.newChunks,
          reusedChunks: counts.reusedChunks,
        },
      },
    },
    callOf(context),
  );
}

async function writeMetadata(
  context: RepositoryContext,
  { metadata = {} }: SnapshotRequest,
): Promise<{ readonly refs: Readonly<Record<string, ChunkRef>>; readonly addedBytes: number }> {
  const refs: Record<string, ChunkRef> = {};
  let addedBytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    const entry = { key: Buffer.from(name), value, ...NO_REVISIONS };
    const entries: readonly LayerEntry[] = [entry];
    const options = { ...callOf(context), known: new Map() };
    const { ref, isNew } = await writeChunk(
      context.repository,
      { kind: "blob", entries },
      LAYER_ENTRIES,
      options,
    );
    refs[name] = ref;
    if (isNew) addedBytes += ref.storedBytes;
  }
  return { refs, addedBytes };
}

const NO_REVISIONS = { createRevision: 0, modRevision: 0, version: 0, leaseTtl: 0 };
