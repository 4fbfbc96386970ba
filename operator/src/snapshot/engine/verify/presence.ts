import { SnapshotError } from "../format/snapshot-error.ts";
import { CHUNKS_PREFIX, chunkKey } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";
import type { StoreCall } from "../store/object-store.ts";
import type { ChunkUse } from "./chunk-use.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Looks for objects that are not there, or not of their size, by listing alone. */
export async function verifyPresence(
  { store }: Repository,
  uses: readonly ChunkUse[],
  call: StoreCall,
): Promise<readonly Finding[]> {
  const awaited = new Map(uses.map((use) => [chunkKey(use.ref.id), use]));
  const findings: Finding[] = [];
  for await (const { key, size } of store.list(CHUNKS_PREFIX, call)) {
    const use = awaited.get(key);
    if (use === undefined) continue;
    awaited.delete(key);
    if (size === use.ref.storedBytes) continue;
    const what = `has ${size} bytes instead of ${use.ref.storedBytes}`;
    findings.push(findingOf(new SnapshotError("Corrupt", key, what), use.part, keysOf(use)));
  }
  for (const [key, use] of awaited) {
    const error = new SnapshotError("Missing", key, "is not there");
    findings.push(findingOf(error, use.part, keysOf(use)));
  }
  return findings;
}

/** The keys that a chunk is about; metadata is about none. Pure. */
export function keysOf({ part, ref }: ChunkUse): Finding["keys"] {
  return part === "metadata"
    ? undefined
    : { first: ref.first, last: ref.last, entries: ref.entries };
}
