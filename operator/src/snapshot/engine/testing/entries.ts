import fc from "fast-check";
import type { IndexEntry, LayerEntry } from "../format/entry.ts";
import type { StoreRecord } from "../format/record.ts";

const revision = fc.nat({ max: Number.MAX_SAFE_INTEGER });

/** Any key. */
const anyKey: fc.Arbitrary<Uint8Array> = fc.uint8Array({ minLength: 1, maxLength: 30 });

/** Any record of a key. */
function anyRecord(key: Uint8Array): fc.Arbitrary<StoreRecord> {
  return fc.record({
    ...{ key: fc.constant(key), value: fc.uint8Array({ maxLength: 50 }) },
    ...{ createRevision: revision, modRevision: revision, version: revision, leaseTtl: revision },
  });
}

/** Some entries of a layer, in order, no key twice. */
export const anyLayer: fc.Arbitrary<readonly LayerEntry[]> = sortedBy((key) =>
  fc.oneof(anyRecord(key), fc.constant({ key })),
);

/** Some entries of an index, in order, no key twice. */
export const anyIndex: fc.Arbitrary<readonly IndexEntry[]> = sortedBy((key) =>
  fc.oneof(
    fc.record({
      ...{ key: fc.constant(key), modRevision: revision, valueBytes: revision },
      isLeased: fc.boolean(),
      valueHash: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    }),
    fc.constant({ key }),
  ),
);

function sortedBy<T>(entryOf: (key: Uint8Array) => fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  const keys = fc.uniqueArray(anyKey, {
    minLength: 1,
    selector: (key) => Buffer.from(key).toString("hex"),
  });
  return keys.chain((list) => {
    const sorted = list.toSorted((a, b) => Buffer.compare(a, b));
    return fc.tuple(...sorted.map(entryOf));
  });
}
