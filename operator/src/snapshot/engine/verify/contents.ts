import type { EntryCodec } from "../format/entry-codec.ts";
import { readChunk } from "../repository/chunks.ts";
import type { Repository } from "../repository/repository.ts";
import { forEachInFlight } from "../restore/in-flight.ts";
import type { StoreCall } from "../store/object-store.ts";
import type { ChunkUse } from "./chunk-use.ts";
import { type Finding, findingOf } from "./finding.ts";
import { keysOf } from "./presence.ts";

/** Chunks that are read at a time: one is on its way while others are decompressed. More share the same caches. */
const AT_ONCE = 3;

/** Called after each object. */
export type Progress = (done: number, all: number) => void;

/** Reads chunks to the last byte: digests, encryption, compression, order of keys, and the id of each. */
export async function verifyContents(
  repository: Repository,
  uses: readonly ChunkUse[],
  { progress, ...call }: StoreCall & { readonly progress?: Progress | undefined },
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let done = 0;
  await forEachInFlight(uses, AT_ONCE, async (use) => {
    const finding = await verifyChunk(repository, use, call);
    if (finding !== undefined) findings.push(finding);
    done += 1;
    progress?.(done, uses.length);
  });
  return findings;
}

async function verifyChunk(
  repository: Repository,
  use: ChunkUse,
  call: StoreCall,
): Promise<Finding | undefined> {
  // Entries are looked at by their codec alone, so that it does not matter which of the two it is.
  const codec = use.codec as EntryCodec<{ readonly key: Uint8Array }>;
  try {
    await readChunk(repository, use.ref, { kind: use.kind, codec }, call);
    return undefined;
  } catch (error) {
    return findingOf(error, use.part, keysOf(use));
  }
}
