import type { Layer, ManifestHeader } from "../format/manifest.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import {
  readLinked,
  readManifest,
  type SnapshotPlace,
  type StoredManifest,
} from "../repository/manifests.ts";
import { manifestKey } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";
import type { StoreCall } from "../store/object-store.ts";

/** A snapshot that can be read: its manifest and all of its layers. */
export interface Snapshot {
  readonly manifest: StoredManifest;
  /** Upwards, a base first. */
  readonly layers: readonly [Layer, ...Layer[]];
}

/** Reads what leads to a snapshot's data: at most two manifests. Rejects with SnapshotError. */
export async function openSnapshot(
  repository: Repository,
  place: SnapshotPlace,
  call: StoreCall = {},
): Promise<Snapshot> {
  const manifest = await readManifest(repository, place, call);
  const { base } = manifest.header;
  const below =
    base === null
      ? []
      : (await readLinked(repository, place.uid, base, call)).body.layers.filter(
          ({ kind }) => kind === "base",
        );
  return snapshotOf(manifest, [...below, ...manifest.body.layers]);
}

/** Checks that layers lie upon each other without a gap. Throws SnapshotError Inconsistent. Pure. */
function snapshotOf(manifest: StoredManifest, layers: readonly Layer[]): Snapshot {
  const { header } = manifest;
  const [base, ...deltas] = layers;
  if (base?.kind !== "base" || deltas.length !== header.chainLength) {
    throw inconsistent(header, "does not lie upon one base, or not with all of its layers");
  }
  let { revisionTo } = base;
  for (const delta of deltas) {
    if (delta.kind !== "delta" || delta.revisionFrom !== revisionTo) {
      throw inconsistent(header, `has a gap at revision ${revisionTo}`);
    }
    ({ revisionTo } = delta);
  }
  if (revisionTo !== header.revision) {
    throw inconsistent(header, `ends at revision ${revisionTo} instead of ${header.revision}`);
  }
  return { manifest, layers: [base, ...deltas] };
}

function inconsistent({ subject, snapId }: ManifestHeader, what: string): SnapshotError {
  return new SnapshotError("Inconsistent", manifestKey(subject.uid, snapId), what);
}
