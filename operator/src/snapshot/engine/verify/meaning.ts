import type { IndexRecord } from "../format/entry.ts";
import type { StoreRecord } from "../format/record.ts";
import { createRootHash, valueHashOf } from "../format/root-hash.ts";
import { SnapshotError } from "../format/snapshot-error.ts";
import { readIndex, readRecords } from "../read/read-snapshot.ts";
import type { Snapshot } from "../read/snapshot.ts";
import { manifestKey } from "../repository/paths.ts";
import type { Repository } from "../repository/repository.ts";
import type { StoreCall } from "../store/object-store.ts";
import { type Finding, findingOf } from "./finding.ts";

/**
 * Reads a snapshot as a restore would, and compares it with what its manifest and its index say of it:
 * number and size of all values, root hash, and each key. Its chunks must have been verified.
 */
export async function verifyMeaning(
  repository: Repository,
  snapshot: Snapshot,
  call: StoreCall,
): Promise<readonly Finding[]> {
  const { header, body } = snapshot.manifest;
  const objectKey = manifestKey(header.subject.uid, header.snapId);
  const root = createRootHash();
  const index = flat(readIndex(repository, snapshot, call));
  let keys = 0;
  let valueBytes = 0;
  let stray: string | undefined;
  try {
    for await (const record of readRecords(repository, snapshot, call)) {
      const valueHash = valueHashOf(record.value);
      root.add(record.key, valueHash);
      keys += 1;
      valueBytes += record.value.length;
      const next = await index.next();
      if (next.done === true || !isOf(next.value, record, valueHash)) {
        stray ??= Buffer.from(record.key).toString("utf8");
      }
    }
    if ((await index.next()).done !== true) stray ??= "a key that is not there";
  } finally {
    await index.return(undefined);
  }
  const findings: Finding[] = [];
  const inconsistent = (what: string): void => {
    findings.push(findingOf(new SnapshotError("Inconsistent", objectKey, what), "manifest"));
  };
  if (keys !== header.keys) inconsistent(`says ${header.keys} keys, and ${keys} are there`);
  if (valueBytes !== header.valueBytes) {
    inconsistent(`says ${header.valueBytes} bytes of values, and ${valueBytes} are there`);
  }
  if (root.digest() !== body.content.rootHash) inconsistent("has another root hash than its data");
  if (stray !== undefined) inconsistent(`has an index that differs from its data at ${stray}`);
  return findings;
}

function isOf(entry: IndexRecord, record: StoreRecord, valueHash: Uint8Array): boolean {
  return (
    Buffer.compare(entry.key, record.key) === 0 &&
    Buffer.compare(entry.valueHash, valueHash) === 0 &&
    entry.modRevision === record.modRevision &&
    entry.valueBytes === record.value.length &&
    entry.isLeased === record.leaseTtl > 0
  );
}

async function* flat<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T, undefined> {
  for await (const batch of batches) yield* batch;
  return undefined;
}
