import type { StoreRecord } from "../format/record.ts";
import type { Content } from "./content.ts";
import type { RepositoryContext } from "./context.ts";
import { indexRecordOf, type LayerWriter } from "./layer-writer.ts";

/** Where the records of a snapshot go. */
export interface RecordSinks {
  readonly layer: LayerWriter;
  readonly content: Content;
}

/** Writes one record; a promise where the layer is busy. In key order. */
export function putRecord(
  { layer, content }: RecordSinks,
  record: StoreRecord,
): Promise<void> | undefined {
  const indexed = indexRecordOf(record);
  content.add(indexed, record.value);
  return layer.put(record, indexed);
}

/** Writes many; waits only where the layer is busy. In key order. */
export async function putRecords(
  sinks: RecordSinks,
  records: Iterable<StoreRecord>,
): Promise<void> {
  for (const record of records) {
    const busy = putRecord(sinks, record);
    if (busy !== undefined) await busy;
  }
}

/** Says how far a snapshot is. */
export function tellProgress(
  { onProgress }: Pick<RepositoryContext, "onProgress">,
  { layer, content: { keys, valueBytes } }: RecordSinks,
): void {
  onProgress?.({ keys, valueBytes, addedBytes: layer.counts().addedBytes });
}
