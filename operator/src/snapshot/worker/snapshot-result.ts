import type { Snapshot } from "../engine/index.ts";
import { MOST_KINDS, type SnapshotResult } from "./result.ts";
import type { VerifiedLevel } from "./task.ts";

/** What is told of a snapshot that was read back. Pure. */
export function snapshotResult(
  { manifest: { header, body }, layers }: Snapshot,
  how: { readonly operation: SnapshotResult["operation"]; readonly level: VerifiedLevel },
): SnapshotResult {
  const refs = [
    ...layers.flatMap(({ chunks, index }) => [...chunks, ...index]),
    ...Object.values(body.metadata),
  ];
  const byKeys = body.content.inventory.toSorted((a, b) => b.n - a.n);
  const inventory = byKeys.slice(0, MOST_KINDS).map(({ prefix, n: keys }) => ({ prefix, keys }));
  const named = inventory.reduce((sum, { keys }) => sum + keys, 0);
  return {
    ok: true,
    operation: how.operation,
    snapId: header.snapId,
    kind: header.kind,
    parent: header.parent?.snapId ?? null,
    base: header.base?.snapId ?? null,
    chainLength: header.chainLength,
    revision: header.revision,
    keys: header.keys,
    logicalBytes: header.valueBytes,
    storedBytes: refs.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
    addedBytes: header.addedBytes,
    rootHash: body.content.rootHash,
    verifiedLevel: how.level,
    createdAt: header.createdAt,
    completedAt: header.completedAt,
    inventory,
    otherKeys: header.keys - named,
  };
}
